using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>
/// What a step's scores, log-probs and values come to before the update: the one way there for training and for everybody who computes it
/// again.
/// </summary>
/// <param name="Advantages">Rewards, advantages and returns, float64.</param>
/// <param name="Episodes">The same as the update takes it, float32.</param>
sealed record StepNumbers(EpisodeAdvantages Advantages, PpoEpisode[] Episodes)
{
    /// <summary>Computes them.</summary>
    /// <param name="recipe">The rules.</param>
    /// <param name="klCoefficient">β of the step.</param>
    /// <param name="rows">(B) the completions.</param>
    /// <param name="scores">(B) aggregated.</param>
    /// <param name="old">What policy and critic said before the update.</param>
    /// <param name="refLogProbs">(B)(T) the reference's, nats.</param>
    public static StepNumbers Of(
        Recipe recipe, double klCoefficient, IReadOnlyList<RolloutRow> rows, double[] scores, Measured old,
        IReadOnlyList<float[]> refLogProbs)
    {
        var advantages = EpisodeAdvantages.Compute(
            [.. rows.Select((row, i) => new Episode(scores[i], row.EndedWithEos(), old.LogProbs[i], refLogProbs[i], old.Values[i]))],
            PpoSettings.Rewards(recipe, klCoefficient));
        return new StepNumbers(advantages, PpoEpisode.Of(rows.Select(row => row.Sequence()), old.LogProbs, old.Values, advantages));
    }
}
