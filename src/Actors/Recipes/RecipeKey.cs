namespace ActorRlhf.Actors.Recipes;

/// <summary>One key of a recipe: its name, what it allows and what it means.</summary>
public abstract record RecipeKey
{
    internal RecipeKey(string name, string type, string allowed, string meaning) =>
        (Name, Type, Allowed, Meaning) = (name, type, allowed, meaning);

    /// <summary>The path, for example <c>annotator.bias.length</c>.</summary>
    public string Name { get; }
    /// <summary>
    /// Kind of value: <c>whole number</c>, <c>number</c>, <c>true or false</c>, <c>choice</c>, <c>text</c>, <c>path</c> or <c>address</c>.
    /// </summary>
    public string Type { get; }
    /// <summary>What is allowed, in words that follow "is not".</summary>
    public string Allowed { get; }
    /// <summary>One sentence for the reference.</summary>
    public string Meaning { get; }
    /// <summary>Whether the weights of a run depend on it. False for a key that only names, observes, locates or speeds up.</summary>
    public bool DeterminesResult { get; init; } = true;
    /// <summary>
    /// Whether what RL begins with is made by it: prompts, policy, reward models. A fork shares
    /// that with its parent. False for what a fork may change, even if it acted before as well.
    /// </summary>
    public bool ActsBeforeRl { get; init; }
    /// <summary>
    /// The first part of a run whose outcome depends on it. What was made before that part is the same
    /// for every value: another run may take it over. A key that says nothing counts from the beginning.
    /// </summary>
    public RecipeStage ActsFrom { get; init; }
    /// <summary>What runs did that began before there was this key, where that was not the default; null where it was.</summary>
    internal string? BeforeThisKey { get; init; }
    /// <summary>Canonical text of the default, null for none.</summary>
    public string? Default => Value(new Recipe());

    /// <summary>Canonical text of the value in a recipe, without quotes; null for none.</summary>
    public abstract string? Value(Recipe recipe);

    internal abstract bool MayBeQuoted { get; }
    internal abstract bool IsQuoted { get; }

    /// <summary>Puts a value into a recipe; false if it is not allowed, in a new run or in any.</summary>
    internal abstract bool TrySet(ref Recipe recipe, string text, bool forNewRun);

    /// <summary>What was probably meant by a value that is not allowed.</summary>
    internal abstract string? Suggest(string text);
}

sealed record RecipeKey<T>(string Path, ValueKind<T> Kind, string Text, Func<Recipe, T> Get, Func<Recipe, T, Recipe> Set)
    : RecipeKey(Path, Kind.Type, Kind.Allowed, Text)
{
    public override string? Value(Recipe recipe) => Kind.Write(Get(recipe));
    internal override bool MayBeQuoted => Kind.MayBeQuoted;
    internal override bool IsQuoted => Kind.IsQuoted;
    internal override string? Suggest(string text) => Kind.Suggest(text);

    internal override bool TrySet(ref Recipe recipe, string text, bool forNewRun)
    {
        if (!Kind.TryRead(text, out var value) || forNewRun && !Kind.IsForNewRuns(value)) return false;
        recipe = Set(recipe, value);
        return true;
    }
}
