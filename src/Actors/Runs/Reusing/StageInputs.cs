using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reusing;

/// <summary>
/// All that a stage's outcome depends on, by name: two runs of which these are equal make the same of it, bit for bit.
/// </summary>
/// <remarks>
/// They are what the stages before came to (the artefacts of the world hold what the recipe's paths led to), and the keys that act up to
/// the stage. Build, libraries and processor are asked to be equal, too, so that nobody has to know which of them an engine heeds.
/// </remarks>
static class StageInputs
{
    /// <summary>The inputs of a stage.</summary>
    /// <param name="stage">One after the world.</param>
    /// <param name="run">Whose.</param>
    /// <param name="state">The run's, somewhere within the stage.</param>
    /// <exception cref="RecipeException">The log has a text that is no recipe.</exception>
    public static IReadOnlyList<(string Name, string Value)> Of(string stage, RunId run, RunState state)
    {
        var (started, recipe) = (state.Started!, RecipeInForce.AtFirst(run, state));
        return
        [
            ("build", state.Build!), ("logicVersion", $"{started.LogicVersion}"), ("device", started.Device),
            ("libraries", string.Join(", ", started.Libraries)),
            ("what earlier stages came to", $"{ContentHash.Of(CanonicalJson.Serialize(new
            {
                state.Stages,
                Comparisons = stage == StageNames.RewardModels ? state.Preferences : [],
            }))}"),
            .. RecipeKeys.All
                .Where(key => key.DeterminesResult && key.ActsFrom <= Place(stage))
                .Select(key => (key.Name, key.Value(recipe) ?? "none")),
        ];
    }

    static RecipeStage Place(string stage) => stage switch
    {
        StageNames.Sft => RecipeStage.Sft,
        StageNames.Preferences => RecipeStage.Preferences,
        StageNames.RewardModels => RecipeStage.RewardModels,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "a stage that another run may have executed"),
    };
}
