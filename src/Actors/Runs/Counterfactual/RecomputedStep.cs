using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Runs.Counterfactual;

/// <summary>
/// A step that was applied, computed again from its artefacts under a rule; under the run's own rule it is the logged one, bit for bit.
/// </summary>
/// <param name="Scored">The step's event with the rule's scores.</param>
/// <param name="Kl">The same for the KL.</param>
/// <param name="Advantages">Rewards, advantages and returns.</param>
/// <param name="Updated">
/// The step's event with the rule's losses. What the networks would have to
/// be asked for again is the logged one: weights, entropy, gradient norms.
/// </param>
/// <param name="Fault">Why training would not have applied the step under the rule; null if it would.</param>
public sealed record RecomputedStep(RewardScored Scored, KlMeasured Kl, EpisodeAdvantages Advantages, PolicyUpdated Updated, string? Fault)
{
    /// <summary>Computes it.</summary>
    /// <param name="step">A step that was applied.</param>
    /// <param name="tokens">Its per-token numbers.</param>
    /// <param name="rule">What holds in it.</param>
    public static RecomputedStep Of(StepRecord step, StepTokens tokens, StepRule rule)
    {
        var (recipe, rows, scored, updated) = (rule.Rule.Recipe, step.Rows(), step.Scored!, step.Updated!);
        var reward = new RewardMeasurement(RewardMeasurement.MembersOf(scored), rule.Rule.Aggregate(RewardMeasurement.MembersOf(scored)));
        var kl = KlMeasurement.Of(tokens.OldLogProbs, tokens.RefLogProbs);
        var old = new Measured(tokens.OldLogProbs, tokens.Values);
        var options = PpoSettings.Of(recipe);
        var (advantages, episodes) = StepNumbers.Of(recipe, rule.KlCoefficient, rows, reward.Result, old, tokens.RefLogProbs);
        var fault = Degenerate.Find(rows, reward, tokens.RefLogProbs, old)
            ?? (advantages.Advantages.All(row => row.All(double.IsFinite)) ? null : "advantages (not finite)");
        return new RecomputedStep(
            scored with
            {
                Aggregation = RecipeNames.Of(recipe.Reward.Aggregation),
                Lambda = recipe.Reward.Lambda,
                Result = new DoubleColumn(reward.Result),
            },
            kl.ToEvent(step.Step, null, recipe.Kl.Estimator, rule.KlCoefficient, rule.NextKlCoefficient, null),
            advantages,
            updated with
            {
                Minibatches = [.. tokens.Minibatches.Zip(updated.Minibatches, (read, logged) =>
                    PolicyEvents.Minibatch(StepVerification.Minibatch(
                        read, episodes, options, logged.Entropy, logged.PolicyGradientNorm, logged.CriticGradientNorm)))],
                RewardMean = advantages.RewardMean,
                NonScoreRewardMean = advantages.NonScoreRewardMean,
                ReturnMean = advantages.ReturnMean,
            },
            fault);
    }
}
