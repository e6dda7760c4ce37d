using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>
/// A run's metrics as columns, for whoever asks again and again: the log is read once, and then only what was added to it.
/// </summary>
/// <remarks>The same numbers as <see cref="StepMetrics.Of(RunRecord)"/>. One thread at a time; whoever has several locks it.</remarks>
public sealed class MetricTable
{
    readonly RunCursor _read;
    readonly int _episodes;
    readonly List<int> _steps = [];
    readonly Dictionary<string, List<double>> _columns = [];

    /// <summary>An empty table of a run; <see cref="TryUpdate"/> fills it.</summary>
    /// <param name="store">Where the run is.</param>
    /// <exception cref="ParentMissingException">The run is a fork, and its parent is not there.</exception>
    public MetricTable(Store store, RunId run)
    {
        _read = new RunCursor(new RunStreams(run, store.Journal));
        _episodes = new RunReader(store).Read(run).Plan.Episodes;
    }

    /// <summary>Steps, ascending; 0 is before RL.</summary>
    public IReadOnlyList<int> Steps => _steps;

    /// <summary>By name a value for each of these steps; NaN where there is none.</summary>
    public IReadOnlyDictionary<string, List<double>> Columns => _columns;

    /// <summary>How many numbers it keeps.</summary>
    public long Cells => (long)_steps.Count * _columns.Count;

    /// <summary>Takes in what the log has by now.</summary>
    /// <returns>False where the log is no longer the one that was read, and a new table is needed.</returns>
    /// <exception cref="BrokenChainException">An event is missing. Hashes are not verified.</exception>
    /// <exception cref="UnreadableEventException">A row is not a stored event.</exception>
    public bool TryUpdate() => _read.TryRead(read => Take(read.Event));

    void Take(IEvent fact)
    {
        if (!StepMetrics.AreIn(fact) && StepMetrics.WhyNotApplied(fact) is null || EventSteps.Of(fact) is not { } step) return;
        var row = RowOf(step);
        foreach (var (name, value) in StepMetrics.Of(fact, _episodes))
        {
            if (!_columns.TryGetValue(name, out var column))
                _columns[name] = column = [.. Enumerable.Repeat(double.NaN, _steps.Count)];
            column[row] = value;
        }
    }

    int RowOf(int step)
    {
        var row = _steps.Count > 0 && _steps[^1] < step ? ~_steps.Count : _steps.BinarySearch(step);
        if (row >= 0) return row;
        _steps.Insert(~row, step);
        foreach (var column in _columns.Values) column.Insert(~row, double.NaN);
        return ~row;
    }
}
