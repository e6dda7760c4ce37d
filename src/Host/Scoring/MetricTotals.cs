using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Scoring;

/// <summary>What the metrics of an evaluator come to over items, which it does not keep.</summary>
/// <param name="metrics">The evaluator's.</param>
sealed class MetricTotals(IReadOnlyList<Metric> metrics)
{
    readonly RunningSummary[] _values = [.. metrics.Select(_ => new RunningSummary())];

    /// <summary>Items that could not be scored.</summary>
    public int Failed { get; private set; }

    /// <summary>Takes in an item; the order of the items decides the last digits.</summary>
    public void Add(ItemResult result)
    {
        if (result is ScoredItem scored)
        {
            for (var i = 0; i < _values.Length; i++)
                if (scored.Scores[metrics[i].Name].Value is { } value) _values[i].Add(value);
        }
        else Failed++;
    }

    /// <summary>By metric.</summary>
    public IReadOnlyDictionary<string, AggregateLine> Aggregates() =>
        metrics.Index().ToDictionary(one => one.Item.Name, one => _values[one.Index].Result is { } summary
            ? new AggregateLine(summary.Mean, summary.StandardError, summary.Count, Failed)
            : new AggregateLine(null, null, 0, Failed));
}
