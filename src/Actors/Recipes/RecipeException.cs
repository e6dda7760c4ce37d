namespace ActorRlhf.Actors.Recipes;

/// <summary>A recipe cannot be used as it is. The message is the first problem; <see cref="Problems"/> has all that were found.</summary>
public sealed class RecipeException : Exception
{
    /// <param name="problems">At least one; those of the file first, by line, then those of overrides.</param>
    internal RecipeException(IReadOnlyList<RecipeProblem> problems) : base(problems[0].ToString()) => Problems = problems;

    /// <summary>A problem that shows only when the recipe's files are read.</summary>
    internal static RecipeException Of(Recipe recipe, string key, string value, string expected) =>
        new([new RecipeProblem(recipe.Name, 0, key, value, expected)]);

    /// <summary>Every problem, in the order in which to mend them.</summary>
    public IReadOnlyList<RecipeProblem> Problems { get; }
}
