using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Deciding;

/// <summary>What a run is told to do now.</summary>
public static class RecipeInForce
{
    /// <summary>The recipe that it began with, and what was changed in it since.</summary>
    /// <exception cref="RecipeException">The log has a text that is no recipe.</exception>
    public static Recipe Of(RunId run, RunState state) =>
        RecipeChange.Apply(AtFirst(run, state), state.RecipeChanges);

    /// <summary>The recipe that it began with.</summary>
    /// <exception cref="RecipeException">The log has a text that is no recipe.</exception>
    public static Recipe AtFirst(RunId run, RunState state) =>
        RecipeReader.Parse(state.Beginning?.Recipe ?? "", run.Value, checkPaths: false);
}
