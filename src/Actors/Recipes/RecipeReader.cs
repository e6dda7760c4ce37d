namespace ActorRlhf.Actors.Recipes;

/// <summary>Reads recipes and refuses, with file, line, key and reason, whatever is not exactly right.</summary>
/// <remarks>
/// Overrides are <c>key=value</c>, as given to <c>--set</c>: the value is taken as it is, an empty one unsets a path,
/// and of two for one key the last counts. A mistake in the text stays one even where an override replaces the value.
/// </remarks>
public static class RecipeReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of a YAML file of at most 1 MiB of UTF-8.</param>
    /// <param name="overrides">Overrides, or null for none.</param>
    /// <exception cref="RecipeException">The file cannot be read, or something in it or in an override is wrong.</exception>
    public static Recipe Read(string path, IEnumerable<string>? overrides = null) => Parse(RecipeText.Load(path), path, overrides);

    /// <summary>The text of a file, of which nothing is read yet.</summary>
    /// <param name="path">Path of a file of at most 1 MiB of UTF-8.</param>
    /// <exception cref="RecipeException">The file cannot be read.</exception>
    public static string Load(string path) => RecipeText.Load(path);

    /// <summary>Reads a recipe that is built in.</summary>
    /// <param name="name">One of <see cref="RecipeLibrary.Names"/>.</param>
    /// <param name="overrides">Overrides, or null for none.</param>
    /// <exception cref="RecipeException">There is no such recipe, or an override is wrong, or a path leads nowhere.</exception>
    public static Recipe ReadEmbedded(string name, IEnumerable<string>? overrides = null) =>
        Parse(RecipeLibrary.Text(name), name, overrides);

    /// <summary>Reads a text.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="sourceName">How problems call the text.</param>
    /// <param name="overrides">Overrides, or null for none.</param>
    /// <param name="checkPaths">
    /// Whether the paths it names must exist. Pass false for the text of a run that has begun: it has its own
    /// copies, and a moved folder must not keep it from being recovered. Then no file is looked at, values
    /// are those that were ever allowed, and what has been retired since is read; in overrides it is refused.
    /// </param>
    /// <exception cref="RecipeException">Something in the text or in an override is wrong.</exception>
    public static Recipe Parse(string text, string sourceName, IEnumerable<string>? overrides = null, bool checkPaths = true)
    {
        RecipeText.Check(text, sourceName);
        var recipe = new RecipeBuilder(sourceName, hasBegun: !checkPaths);
        RecipeYaml.Read(text, recipe);
        foreach (var setting in overrides ?? []) Apply(setting, recipe);
        return recipe.Build();
    }

    static void Apply(string setting, RecipeBuilder recipe)
    {
        var equals = setting.IndexOf('=');
        if (equals < 0) recipe.Report(0, "", setting, "an override: write key=value, for example rl.steps=50");
        else recipe.Set(0, setting[..equals].Trim(), setting[(equals + 1)..].Trim(), quoted: false);
    }
}
