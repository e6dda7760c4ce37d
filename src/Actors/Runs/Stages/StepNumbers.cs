using ActorRlhf.Actors.Policy;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Rewards;
using ActorRlhf.Actors.Rollouts;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Actors.Runs.Stages;

/// <summary>What a step's scores, log-probs and values come to before the update: the one way there for training and for everybody who computes it again.</summary>
/// <param name="Advantages">Rewards, advantages and returns, float64.</param>
/// <param name="Episodes">The same as the update takes it, float32.</param>
public sealed record StepNumbers(EpisodeAdvantages Advantages, PpoEpisode[] Episodes)
{
    /// <summary>Computes them.</summary>
    /// <param name="recipe">The rules.</param>
    /// <param name="klCoefficient">β of the step.</param>
    /// <param name="rows">(B) the completions.</param>
    /// <param name="reward">Their scores.</param>
    /// <param name="logProbs">(B)(T) the trainer's before the update, nats.</param>
    /// <param name="refLogProbs">(B)(T) the reference's, nats.</param>
    /// <param name="values">(B)(T) the critic's before the update.</param>
    public static StepNumbers Of(
        Recipe recipe, double klCoefficient, IReadOnlyList<RolloutRow> rows, RewardMeasurement reward, float[][] logProbs, IReadOnlyList<float[]> refLogProbs, float[][] values)
    {
        var advantages = EpisodeAdvantages.Compute(
            [.. rows.Select((row, i) => new Episode(reward.Result[i], row.EndedWithEos(), logProbs[i], refLogProbs[i], values[i]))], PpoSettings.Rewards(recipe, klCoefficient));
        return new StepNumbers(advantages, [.. rows.Select((row, i) => new PpoEpisode(row.Sequence(), logProbs[i], values[i],
            Array.ConvertAll(advantages.Advantages[i], a => (float)a), Array.ConvertAll(advantages.Returns[i], r => (float)r)))]);
    }
}
