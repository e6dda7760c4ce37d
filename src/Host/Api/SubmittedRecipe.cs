using ActorRlhf.Actors.Recipes;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Api;

/// <summary>A recipe that came over the network: a name of a built-in one, or text.</summary>
/// <remarks>
/// Whoever may submit runs need not be allowed to read this machine's files and to reach what it reaches, so what a recipe names has to be
/// open for that. It is looked at only then.
/// </remarks>
static class SubmittedRecipe
{
    const string Source = "recipe";

    /// <summary>Reads it.</summary>
    /// <param name="recipe">Name or text.</param>
    /// <param name="overrides"><c>key=value</c>.</param>
    /// <param name="reach">What it may name.</param>
    /// <exception cref="RecipeException">There is no such recipe, or something in it is wrong.</exception>
    /// <exception cref="FileNotOpenException">It names a file elsewhere.</exception>
    /// <exception cref="AddressNotOpenException">It names an address elsewhere.</exception>
    public static Recipe Read(string recipe, IReadOnlyList<string> overrides, RecipeReach reach)
    {
        // A recipe's text has keys in it, a name has not.
        var (text, source) = recipe.Contains(':') ? (recipe, Source) : (RecipeLibrary.Text(recipe), recipe);
        reach.ThrowUnlessOpen(RecipeReader.Parse(text, source, overrides, checkPaths: false));
        return RecipeReader.Parse(text, source, overrides);
    }
}
