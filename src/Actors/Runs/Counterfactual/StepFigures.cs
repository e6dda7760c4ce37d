using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Runs.Counterfactual;

/// <summary>
/// The figures of a step that a rule can change, by name: those of
/// <see cref="MetricGlossary"/>, made by the same code, and a few that it lacks.
/// </summary>
public static class StepFigures
{
    /// <summary>
    /// Mean over completions of the score as it entered the reward: aggregated, clipped, and changed by the missing-EOS rule.
    /// </summary>
    public const string Score = "score";
    /// <summary>Mean over completions of the sum of the estimator in force, nats.</summary>
    public const string Kl = "kl";
    /// <summary>Mean over tokens of the advantage before whitening.</summary>
    public const string AdvantageMean = "advantageMean";
    /// <summary>Its standard deviation, denominator n − 1: what whitening divides by. Absent for a single token.</summary>
    public const string AdvantageDeviation = "advantageDeviation";

    static readonly string[] s_metrics =
    [
        "objective/scores", "objective/rlhf_reward", "objective/non_score_reward", "kl/coefficient", "val/return_mean",
        "loss/policy_avg", "policy/clipfrac_avg", "loss/value_avg", "val/clipfrac_avg",
    ];

    /// <summary>The figures of a step, from its events and its advantages before whitening.</summary>
    public static IReadOnlyDictionary<string, double> Of(
        RewardScored scored, KlMeasured kl, PolicyUpdated updated, double[][] advantagesRaw)
    {
        var metrics = StepMetrics.Of(updated.Step, [scored, kl, updated], scored.Result.Values.Length).Values;
        var figures = s_metrics.ToDictionary(name => name, name => metrics[name]);
        figures[Score] = updated.RewardMean - updated.NonScoreRewardMean;
        figures[Kl] = (kl.Estimator == RecipeNames.Of(KlEstimator.K3) ? kl.K3 : kl.K1).Values.Average();
        var advantages = Summary.Of([.. advantagesRaw.SelectMany(row => row)]);
        figures[AdvantageMean] = advantages.Mean;
        if (advantages.StandardError is { } error) figures[AdvantageDeviation] = error * Math.Sqrt(advantages.Count);
        return figures;
    }
}
