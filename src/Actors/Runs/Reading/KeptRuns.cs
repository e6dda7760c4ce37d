using System.Collections.Concurrent;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>Something of each run of a directory, kept until the run's log grows: asking again costs what has changed.</summary>
/// <remarks>Any number of threads may use it.</remarks>
/// <param name="store">Where the runs are.</param>
/// <param name="of">What is kept of a run.</param>
public sealed class KeptRuns<T>(Store store, Func<RunRecord, T> of)
{
    readonly RunReader _reader = new(store);
    readonly ConcurrentDictionary<RunId, Known> _known = [];

    /// <summary>The runs, each with the sequence number of its last training event, all of one moment.</summary>
    public IEnumerable<(RunId Run, long Last)> Runs()
    {
        foreach (var (stream, last) in store.Journal.LastSequences())
            if (RunId.TryOfTrainingStream(stream, out var run)) yield return (run, last);
    }

    /// <summary>What is kept of a run.</summary>
    /// <param name="run">One of <see cref="Runs"/>.</param>
    /// <param name="last">Its last event there.</param>
    /// <exception cref="BrokenChainException">Its log is damaged.</exception>
    /// <exception cref="UnreadableEventException">The same.</exception>
    /// <exception cref="UnknownEventException">The same.</exception>
    /// <exception cref="ParentMissingException">It is a fork, and its parent is not there.</exception>
    /// <exception cref="RunDeletedException">It was deleted meanwhile.</exception>
    public T Of(RunId run, long last)
    {
        if (_known.TryGetValue(run, out var known) && known.Last == last) return known.Value;
        var read = known?.Growing?.TryReadOn() ?? _reader.Read(run);
        var value = of(read);
        // One that has ended will hardly grow, and there may be thousands.
        _known[run] = new Known(value, read.Head.Sequence, read.State.IsTerminal ? null : read);
        return value;
    }

    /// <summary>The run is deleted; another one may come under its id, from an archive.</summary>
    public void Forget(RunId run) => _known.TryRemove(run, out _);

    sealed record Known(T Value, long Last, RunRecord? Growing);
}
