using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>A run cannot go on with a recipe that would lead to other weights than the one it began with.</summary>
/// <param name="began">A line <c>key=value</c> of the recipe it began with.</param>
/// <param name="given">The same line of the recipe that was given now.</param>
public sealed class OtherRecipeException(RunId run, string began, string given)
    : Exception($"run {run} began with {began} and cannot go on with {given}; start a new run, or go on with the recipe in its first event")
{
    /// <summary>The run.</summary>
    public RunId Run { get; } = run;

    /// <summary>Compares what determines the result; threads, evaluation and checkpoints may change.</summary>
    /// <exception cref="OtherRecipeException">It differs.</exception>
    /// <exception cref="RecipeException">The recipe in the first event cannot be read by this version.</exception>
    internal static void ThrowUnless(RunContext run, RunStarted started)
    {
        // The recorded hash is not compared: a version that knows more keys would compute another one for the same recipe.
        var began = RecipeReader.Parse(started.Recipe, run.Id.Value, checkPaths: false);
        foreach (var key in RecipeKeys.All)
            if (key.DeterminesResult && key.Value(began) != key.Value(run.Recipe))
                throw new OtherRecipeException(run.Id, $"{key.Name}={key.Value(began)}", $"{key.Name}={key.Value(run.Recipe)}");
    }
}
