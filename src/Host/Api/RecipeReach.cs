using ActorRlhf.Actors.Recipes;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Api;

/// <summary>What recipes that came over the network may read, write and connect to; nothing but what the host's owner has opened.</summary>
/// <param name="Files">Full path of the directory in which their files are; null for none.</param>
/// <param name="Witnesses">Beginnings of the addresses that they may have told.</param>
sealed record RecipeReach(string? Files, IReadOnlyList<Uri> Witnesses)
{
    /// <summary>Refuses a recipe that names something else.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="before">That of the run it goes on from, whatever names need not be open; null for none.</param>
    /// <exception cref="FileNotOpenException">It names a file elsewhere.</exception>
    /// <exception cref="AddressNotOpenException">It names an address elsewhere.</exception>
    public void ThrowUnlessOpen(Recipe recipe, Recipe? before = null)
    {
        before ??= new();
        // The token for one address is not for another.
        if (IsNewAndOpen("witness.url", recipe.Witness.Url, before.Witness.Url))
            before = before with { Witness = before.Witness with { TokenFile = null } };
        if (IsNewAndOpen("evaluation.webhook", recipe.Evaluation.Webhook, before.Evaluation.Webhook))
            before = before with { Evaluation = before.Evaluation with { WebhookTokenFile = null } };
        foreach (var ((key, path), (_, known)) in Named(recipe).Zip(Named(before)))
            if (path is not null && path != known && !IsIn(Files, path)) throw new FileNotOpenException(key, path, Files);
    }

    /// <summary>Whether a recipe names an address that it did not name before.</summary>
    /// <exception cref="AddressNotOpenException">It does, and that is elsewhere.</exception>
    bool IsNewAndOpen(string key, Uri? url, Uri? before)
    {
        if (url is null || url == before) return false;
        return Witnesses.Any(open => BeginsWith(url, open)) ? true : throw new AddressNotOpenException(key, url, Witnesses);
    }

    static (string Key, string? Path)[] Named(Recipe recipe) =>
    [
        ("data.path", recipe.Data.Path), ("witness.file", recipe.Witness.File), ("witness.tokenFile", recipe.Witness.TokenFile),
        ("evaluation.webhookTokenFile", recipe.Evaluation.WebhookTokenFile),
        ("policy.path", recipe.Policy.OfRun is null ? recipe.Policy.Path : null),
    ];

    static bool IsIn(string? files, string path)
    {
        if (files is null || !Path.IsPathFullyQualified(path)) return false;
        var full = Path.GetFullPath(path);
        // What a link leads to counts, not where it lies.
        for (var part = full; part is not null; part = Path.GetDirectoryName(part))
            if (new FileInfo(part).LinkTarget is not null) return false;
        return full.StartsWith(files.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    /// <summary>Whether an address is another, or below it: <c>/runs/7</c> is below <c>/runs</c>, <c>/runs7</c> is not.</summary>
    static bool BeginsWith(Uri url, Uri open) =>
        url == open || url.AbsoluteUri.StartsWith(open.AbsoluteUri.TrimEnd('/') + '/', StringComparison.Ordinal);
}
