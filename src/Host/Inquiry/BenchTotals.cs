using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Inquiry;

/// <summary>What the results of a benchmark come to, as a whole and by slices.</summary>
static class BenchTotals
{
    /// <summary>Means over items, in the order of the results and of the slices' first items.</summary>
    public static AggregatesLine Of(IReadOnlyList<Metric> metrics, IReadOnlyList<BenchResult> results)
    {
        var slices = results.SelectMany(one => one.Slices).GroupBy(slice => slice.Key, slice => slice.Value).ToDictionary(
            slice => slice.Key,
            slice => (IReadOnlyDictionary<string, IReadOnlyDictionary<string, AggregateLine>>)slice.Distinct().ToDictionary(
                value => value,
                value => Means(metrics, [.. results.Where(one => one.Slices.TryGetValue(slice.Key, out var its) && its == value)])));
        return new AggregatesLine(Means(metrics, results), slices.Count == 0 ? null : slices);
    }

    static IReadOnlyDictionary<string, AggregateLine> Means(IReadOnlyList<Metric> metrics, IReadOnlyList<BenchResult> results)
    {
        var failed = results.Count(one => one.Result is FailedItem);
        return metrics.ToDictionary(metric => metric.Name, metric =>
        {
            double[] values = [.. results.Select(one => one.Result).OfType<ScoredItem>()
                .Select(scored => scored.Scores[metric.Name].Value).OfType<double>()];
            if (values.Length == 0) return new AggregateLine(null, null, 0, failed);
            var summary = Summary.Of(values);
            return new AggregateLine(summary.Mean, summary.StandardError, summary.Count, failed);
        });
    }
}
