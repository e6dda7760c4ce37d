using System.Text.Json;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Client;

/// <summary>A recipe on its way to a host: the name of a built-in one, or a file's text, with what <c>--set</c> says.</summary>
static class SentRecipe
{
    /// <summary>What is sent. Paths that are relative here mean nothing there, so they travel whole.</summary>
    /// <param name="name">Name of a built-in recipe; of a file only what its problems are called.</param>
    /// <param name="text">A file's text; null for a built-in recipe.</param>
    /// <param name="overrides"><c>key=value</c>.</param>
    /// <param name="priority">Of two that wait, the one with the higher number begins first.</param>
    /// <exception cref="RecipeException">Something in it is wrong; whether its files are there, the host finds out.</exception>
    public static NewRunRequest Of(string name, string? text, IReadOnlyList<string> overrides, int priority)
    {
        var recipe = RecipeReader.Parse(text ?? RecipeLibrary.Text(name), name, overrides, checkPaths: false);
        var set = Set(overrides);
        foreach (var (key, path) in Paths(recipe))
            if (path is not null && !Path.IsPathFullyQualified(path)) set[key] = JsonSerializer.SerializeToElement(Path.GetFullPath(path));
        return new NewRunRequest(text ?? name, Set: set, Priority: priority);
    }

    /// <summary>Overrides as a request has them; of two for one key the last counts.</summary>
    /// <exception cref="QueryException">One of them is not <c>key=value</c>.</exception>
    public static Dictionary<string, JsonElement> Set(IEnumerable<string> overrides)
    {
        var set = new Dictionary<string, JsonElement>();
        foreach (var one in overrides)
        {
            var equals = one.IndexOf('=');
            if (equals < 0) throw new QueryException("--set", one, "an override: write key=value, for example rl.steps=50");
            set[one[..equals].Trim()] = JsonSerializer.SerializeToElement(one[(equals + 1)..].Trim());
        }
        return set;
    }

    static IEnumerable<(string Key, string? Path)> Paths(Recipe recipe) =>
    [
        ("data.path", recipe.Data.Path), ("witness.file", recipe.Witness.File), ("witness.tokenFile", recipe.Witness.TokenFile),
        ("evaluation.webhookTokenFile", recipe.Evaluation.WebhookTokenFile),
        ("policy.path", recipe.Policy.OfRun is null ? recipe.Policy.Path : null),
    ];
}
