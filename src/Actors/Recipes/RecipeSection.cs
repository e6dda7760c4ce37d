namespace ActorRlhf.Actors.Recipes;

/// <summary>Makes the keys of one section from the properties of its record.</summary>
/// <param name="name">Path of the section.</param>
/// <param name="get">The section of a recipe.</param>
/// <param name="set">A recipe with another section.</param>
sealed class RecipeSection<TSection>(string name, Func<Recipe, TSection> get, Func<Recipe, TSection, Recipe> set)
{
    /// <summary><see cref="RecipeKey.ActsBeforeRl"/> of its keys, unless one says otherwise.</summary>
    public bool ActsBeforeRl { get; init; }

    /// <summary><see cref="RecipeKey.ActsFrom"/> of its keys, likewise.</summary>
    public RecipeStage ActsFrom { get; init; }

    public RecipeKey Whole(
        string key, int from, int to, Func<TSection, int> read, Func<TSection, int, TSection> write, string meaning, int? once = null) =>
        Key(key, new WholeNumber(from, to, once), read, write, meaning);

    /// <summary>A number with both bounds allowed.</summary>
    public RecipeKey Real(string key, double from, double to, Func<TSection, double> read,
        Func<TSection, double, TSection> write, string meaning, double? once = null) =>
        Key(key, new RealNumber(from, to, once: once), read, write, meaning);

    /// <summary>A number above 0.</summary>
    public RecipeKey Positive(string key, double to, Func<TSection, double> read, Func<TSection, double, TSection> write, string meaning) =>
        Key(key, new RealNumber(0, to, above: true), read, write, meaning);

    /// <summary>A number above 0 and below 1.</summary>
    public RecipeKey Fraction(string key, Func<TSection, double> read, Func<TSection, double, TSection> write, string meaning) =>
        Key(key, new RealNumber(0, 1, above: true, below: true), read, write, meaning);

    public RecipeKey Choice<T>(string key, Func<TSection, T> read, Func<TSection, T, TSection> write, string meaning, string? note = null)
        where T : struct, Enum =>
        Key(key, new Choice<T>(note), read, write, meaning);

    /// <summary>A path; where it points to is no part of the result, what is there is.</summary>
    public RecipeKey Path(string key, Func<TSection, string?> read, Func<TSection, string?, TSection> write, string meaning) =>
        Key(key, new FilePath(), read, write, meaning) with { DeterminesResult = false };

    public RecipeKey Key<T>(string key, ValueKind<T> kind, Func<TSection, T> read, Func<TSection, T, TSection> write, string meaning) =>
        new RecipeKey<T>(name is "" ? key : $"{name}.{key}", kind, meaning,
            recipe => read(get(recipe)), (recipe, value) => set(recipe, write(get(recipe), value)))
        {
            ActsBeforeRl = ActsBeforeRl,
            ActsFrom = ActsFrom,
        };
}
