using ActorRlhf.Actors.Policy;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Rollouts;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Actors.Runs.Stages;

/// <summary>What follows from a step's measurements before its update: one piece of code for training and audit.</summary>
static class StepArithmetic
{
    /// <summary>Rewards, advantages and returns.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="klCoefficient">β of the step.</param>
    /// <param name="rows">The rollout.</param>
    /// <param name="scores">(B) aggregated.</param>
    /// <param name="refLogProbs">(B)(T) nats, the reference's.</param>
    /// <param name="old">What policy and critic said before the update.</param>
    public static EpisodeAdvantages Advantages(Recipe recipe, double klCoefficient, IReadOnlyList<RolloutRow> rows, double[] scores, IReadOnlyList<float[]> refLogProbs, Measured old) =>
        EpisodeAdvantages.Compute(
            [.. rows.Select((row, i) => new Episode(scores[i], row.EndedWithEos(), old.LogProbs[i], refLogProbs[i], old.Values[i]))],
            PpoSettings.Rewards(recipe, klCoefficient));

    /// <summary>The episodes as the update sees them.</summary>
    public static PpoEpisode[] Episodes(IReadOnlyList<RolloutRow> rows, Measured old, EpisodeAdvantages numbers) =>
        [.. rows.Select((row, i) => new PpoEpisode(row.Sequence(), old.LogProbs[i], old.Values[i],
            Array.ConvertAll(numbers.Advantages[i], advantage => (float)advantage), Array.ConvertAll(numbers.Returns[i], target => (float)target)))];
}
