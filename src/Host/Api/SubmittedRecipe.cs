using ActorRlhf.Actors.Recipes;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Api;

/// <summary>A recipe that came over the network: a name of a built-in one, or text.</summary>
/// <remarks>
/// Whoever may submit runs need not be allowed to read this machine's files, so what a recipe names has to lie in a directory that the
/// host's owner has opened for that. It is looked at only then.
/// </remarks>
static class SubmittedRecipe
{
    const string Source = "recipe";

    /// <summary>Reads it.</summary>
    /// <param name="recipe">Name or text.</param>
    /// <param name="overrides"><c>key=value</c>.</param>
    /// <param name="files">Full path of the directory in which a recipe's files are; null where it may name none.</param>
    /// <exception cref="RecipeException">There is no such recipe, or something in it is wrong.</exception>
    /// <exception cref="FileNotOpenException">It names a file elsewhere.</exception>
    public static Recipe Read(string recipe, IReadOnlyList<string> overrides, string? files)
    {
        // A recipe's text has keys in it, a name has not.
        var (text, source) = recipe.Contains(':') ? (recipe, Source) : (RecipeLibrary.Text(recipe), recipe);
        ThrowUnlessIn(files, RecipeReader.Parse(text, source, overrides, checkPaths: false));
        return RecipeReader.Parse(text, source, overrides);
    }

    static void ThrowUnlessIn(string? files, Recipe recipe)
    {
        (string Key, string? Path)[] named =
        [
            ("data.path", recipe.Data.Path), ("witness.file", recipe.Witness.File),
            ("policy.path", recipe.Policy.OfRun is null ? recipe.Policy.Path : null),
        ];
        foreach (var (key, path) in named)
            if (path is not null && !IsIn(files, path)) throw new FileNotOpenException(key, path, files);
    }

    static bool IsIn(string? files, string path)
    {
        if (files is null || !Path.IsPathFullyQualified(path)) return false;
        var full = Path.GetFullPath(path);
        // What a link leads to counts, not where it lies.
        for (var part = full; part is not null; part = Path.GetDirectoryName(part))
            if (new FileInfo(part).LinkTarget is not null) return false;
        return full.StartsWith(files.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }
}
