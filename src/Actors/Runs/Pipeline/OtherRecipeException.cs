using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>A run cannot go on with a recipe that would lead to other weights than the one it was asked for with.</summary>
/// <param name="asked">A line <c>key=value</c> of the recipe it was asked for with.</param>
/// <param name="given">The same line of the recipe that was given now.</param>
public sealed class OtherRecipeException(RunId run, string asked, string given)
    : Exception($"run {run} was asked for with {asked} and cannot go on with {given}; start a new run, "
        + $"go on with its own recipe, or leave it where it is with 'fork {run} --at STEP', which may have another")
{
    /// <summary>The run.</summary>
    public RunId Run { get; } = run;

    /// <summary>Compares what determines the result; threads, evaluation and checkpoints may change.</summary>
    /// <exception cref="OtherRecipeException">It differs.</exception>
    /// <exception cref="RecipeException">The recipe in the log cannot be read by this version.</exception>
    internal static void ThrowUnless(RunId run, IFirstEvent first, Recipe given) =>
        ThrowUnless(run, RecipeReader.Parse(first.Recipe, run.Value, checkPaths: false), given);

    /// <inheritdoc cref="ThrowUnless(RunId, IFirstEvent, Recipe)"/>
    internal static void ThrowUnless(RunId run, Recipe asked, Recipe given)
    {
        // Recorded hashes are not compared: a version that knows more keys would compute another one for the same recipe.
        if (FirstDifference(asked, given) is { } key)
            throw new OtherRecipeException(run, $"{key.Name}={key.Value(asked)}", $"{key.Name}={key.Value(given)}");
    }

    /// <summary>The first key that determines the result and differs; null if none does.</summary>
    internal static RecipeKey? FirstDifference(Recipe one, Recipe other) =>
        RecipeKeys.All.FirstOrDefault(key => key.DeterminesResult && key.Value(one) != key.Value(other));
}
