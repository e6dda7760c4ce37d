using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Scoring;

/// <summary>What the scores of a file come to, as a whole and by slices.</summary>
/// <param name="metrics">The evaluator's.</param>
/// <remarks>A column of ids or of long texts is no slice: one with many values is left out, however the file goes on.</remarks>
sealed class FileTotals(IReadOnlyList<Metric> metrics)
{
    /// <summary>Values that a slice may have, and characters that a value of it may have.</summary>
    public const int MostValues = 50, LongestValue = 100;

    readonly MetricTotals _all = new(metrics);
    readonly SortedDictionary<string, SortedDictionary<string, MetricTotals>> _slices = new(StringComparer.Ordinal);
    readonly SortedSet<string> _leftOut = new(StringComparer.Ordinal);

    /// <summary>How many items there were.</summary>
    public int Items { get; private set; }

    /// <summary>Items that could not be scored.</summary>
    public int Failed => _all.Failed;

    /// <summary>Columns that are no slices because they have too many values.</summary>
    public IReadOnlyCollection<string> LeftOut => _leftOut;

    /// <summary>Takes in an item; items come in the file's order.</summary>
    /// <param name="slices">Those that the item belongs to, by name.</param>
    /// <param name="result">What is said of it.</param>
    public void Add(IReadOnlyDictionary<string, string> slices, ItemResult result)
    {
        Items++;
        _all.Add(result);
        foreach (var (name, value) in slices)
            if (!_leftOut.Contains(name)) Add(name, value, result);
    }

    /// <summary>The last line of <c>--json</c>.</summary>
    /// <param name="model">Which model was asked, where several are.</param>
    public AggregatesLine Line(string? model = null) => new(model, _all.Aggregates(), _slices.Count == 0 ? null : _slices.ToDictionary(
        slice => slice.Key,
        slice => (IReadOnlyDictionary<string, IReadOnlyDictionary<string, AggregateLine>>)slice.Value.ToDictionary(
            value => value.Key, value => value.Value.Aggregates())));

    void Add(string name, string value, ItemResult result)
    {
        if (!_slices.TryGetValue(name, out var totals)) _slices.Add(name, totals = new(NumbersFirst.Order));
        if (!totals.TryGetValue(value, out var one))
        {
            if (totals.Count == MostValues || value.Length > LongestValue)
            {
                _slices.Remove(name);
                _leftOut.Add(name);
                return;
            }
            totals.Add(value, one = new MetricTotals(metrics));
        }
        one.Add(result);
    }
}
