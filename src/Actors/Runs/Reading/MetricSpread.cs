using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>How sure a metric is that is a mean over completions.</summary>
/// <param name="StandardError">Sample standard deviation / √n; null for a single one.</param>
/// <param name="N">Over how many completions.</param>
public sealed record MetricSpread(double? StandardError, int N)
{
    /// <summary>The spread of every mean over completions that an event holds, by the metric's name.</summary>
    internal static IEnumerable<(string Name, MetricSpread Spread)> Of(IEvent fact) => fact switch
    {
        RolloutCollected { Set: null } rollout => Of("length/mean", Array.ConvertAll(rollout.Lengths.Values, length => (double)length)),
        RolloutCollected rollout => Of("heldout/length", Array.ConvertAll(rollout.Lengths.Values, length => (double)length)),
        RewardScored { Set: null } scored => Of("objective/scores", scored.Result.Values),
        RewardScored scored => Of("heldout/scores", scored.Result.Values),
        KlMeasured { Set: null } kl => Of("objective/kl", kl.K1.Values).Concat(Of("kl/k3", kl.K3.Values)),
        KlMeasured kl => Of("heldout/kl", kl.K1.Values),
        EvaluationCompleted evaluation => Of(evaluation),
        _ => [],
    };

    static IEnumerable<(string, MetricSpread)> Of(string name, double[] values) =>
        values.Length > 0 && values.All(double.IsFinite) && Summary.Of(values) is var summary
            ? [(name, new MetricSpread(summary.StandardError, summary.Count))]
            : [];

    static IEnumerable<(string, MetricSpread)> Of(EvaluationCompleted evaluation)
    {
        foreach (var one in evaluation.Aggregates)
        {
            var spread = new MetricSpread(double.IsFinite(one.StandardError) ? one.StandardError : null, one.Count);
            yield return ($"{(evaluation.Set is null ? "train" : "eval")}/{evaluation.Evaluator}/{one.Metric}", spread);
            if (evaluation is { Set: not null, Evaluator: BuiltInEvaluators.PocketGold } && one == evaluation.Aggregates[0])
                yield return ("objective/gold", spread);
        }
    }
}
