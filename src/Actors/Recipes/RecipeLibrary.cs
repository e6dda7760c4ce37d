namespace ActorRlhf.Actors.Recipes;

/// <summary>The recipes of <c>config/recipes</c> and its folder <c>reproductions</c>, which travel inside the assembly.</summary>
public static class RecipeLibrary
{
    const string Folder = "recipes/", Extension = ".yaml";

    /// <summary>Names in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(RecipeLibrary).Assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Folder, StringComparison.Ordinal)
                && resource.EndsWith(Extension, StringComparison.Ordinal))
            .Select(resource => resource[Folder.Length..^Extension.Length])
            .Order(StringComparer.Ordinal)];

    /// <summary>All recipes with their descriptions, in the order of <see cref="Names"/>.</summary>
    public static IReadOnlyList<RecipeSummary> List() =>
        [.. Names.Select(name => new RecipeSummary(name, RecipeReader.Parse(Text(name), name, checkPaths: false).Description))];

    /// <summary>The text of a recipe with its comments, for example to start an own one from.</summary>
    /// <exception cref="RecipeException">There is no such recipe.</exception>
    public static string Text(string name)
    {
        if (!Names.Contains(name, StringComparer.Ordinal))
            throw new RecipeException([new RecipeProblem(
                "recipes", 0, "", name, $"a built-in recipe; there are {string.Join(", ", Names)}", NearMiss.Find(name, Names))]);
        using var reader = new StreamReader(typeof(RecipeLibrary).Assembly.GetManifestResourceStream($"{Folder}{name}{Extension}")!);
        return reader.ReadToEnd();
    }
}
