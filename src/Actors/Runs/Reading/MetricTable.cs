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
    readonly JournalReader _journal;
    readonly RunStreams _streams;
    readonly int _shared, _episodes;
    readonly List<int> _steps = [];
    readonly Dictionary<string, List<double>> _columns = [];
    StreamHead _training, _evaluations;

    /// <summary>An empty table of a run; <see cref="TryUpdate"/> fills it.</summary>
    /// <param name="store">Where the run is.</param>
    /// <exception cref="ParentMissingException">The run is a fork, and its parent is not there.</exception>
    public MetricTable(Store store, RunId run)
    {
        (_journal, _streams) = (store.Journal, new RunStreams(run, store.Journal));
        _episodes = new RunReader(store).Read(run).Plan.Episodes;
        _shared = Shared();
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
    public bool TryUpdate()
    {
        var (training, evaluations) = (_streams.Run.TrainingStream, _streams.Run.EvaluationStream);
        if (!IsStillThere(training, _training) || !IsStillThere(evaluations, _evaluations) || Shared() != _shared) return false;
        var isFirst = _training.Sequence == 0 && _evaluations.Sequence == 0;
        foreach (var read in isFirst ? _streams.Training() : _journal.Read(training, _training.Sequence))
        {
            Take(read.Event);
            if (read.Stream == training) _training = new StreamHead(read.Sequence, read.Hash);
        }
        foreach (var read in isFirst ? _streams.Evaluations() : _journal.Read(evaluations, _evaluations.Sequence))
        {
            Take(read.Event);
            if (read.Stream == evaluations) _evaluations = new StreamHead(read.Sequence, read.Hash);
        }
        return true;
    }

    /// <summary>A fork that evaluates the shared step anew no longer has its parent's evaluation of it.</summary>
    int Shared() => Lineage.ParentOf(_journal, _streams.Run) is { } left
        ? Lineage.LastSharedEvaluation(_journal, _streams.Run, left)
        : 0;

    bool IsStillThere(string stream, StreamHead head) =>
        head.Sequence == 0 || _journal.Row(stream, head.Sequence)?.TryParse()?.Hash == head.Hash;

    void Take(IEvent fact)
    {
        if (!StepMetrics.AreIn(fact) && StepMetrics.WhyNotApplied(fact) is null || EventSteps.Of(fact) is not { } step) return;
        var row = RowOf(step);
        foreach (var (name, value) in StepMetrics.Of(step, [fact], _episodes).Values)
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
