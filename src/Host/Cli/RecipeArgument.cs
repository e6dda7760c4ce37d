using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Host.Cli;

/// <summary>What a person gave where a recipe is wanted: a file, or the name of a built-in recipe.</summary>
static class RecipeArgument
{
    /// <summary>Whether there is such a file or such a built-in recipe.</summary>
    public static bool Exists(string name) => File.Exists(name) || RecipeLibrary.Names.Contains(name);

    /// <summary>Reads it; what cannot be a built-in recipe's name is a file.</summary>
    /// <exception cref="RecipeException">There is no such recipe, or something in it or in an override is wrong.</exception>
    public static Recipe Read(string name, IReadOnlyList<string> overrides) =>
        IsFile(name) ? RecipeReader.Read(name, overrides) : RecipeReader.ReadEmbedded(name, overrides);

    /// <summary>The text of a file; null for the name of a built-in recipe.</summary>
    /// <exception cref="RecipeException">The file cannot be read.</exception>
    public static string? Text(string name) => IsFile(name) ? RecipeReader.Load(name) : null;

    static bool IsFile(string name) => File.Exists(name) || name.AsSpan().ContainsAny("/\\.");
}
