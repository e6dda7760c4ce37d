using System.Collections.Concurrent;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>One value of each run of a directory, kept until the run's log grows: asking again costs what has changed.</summary>
/// <typeparam name="T">What is kept of a run.</typeparam>
/// <remarks>Any number of threads may use it.</remarks>
/// <param name="store">Where the runs are.</param>
/// <param name="of">What is kept of a run.</param>
public sealed class KeptRuns<T>(Store store, Func<RunRecord, T> of)
{
    readonly RunReader _reader = new(store);
    readonly ConcurrentDictionary<RunId, Known> _known = [];

    /// <summary>The runs, in order of their ids; one that is deleted meanwhile is left out.</summary>
    /// <param name="leavesOutDamaged">Whether one that cannot be read is left out, too.</param>
    /// <exception cref="BrokenChainException">A log is damaged.</exception>
    /// <exception cref="UnreadableEventException">The same.</exception>
    /// <exception cref="UnknownEventException">The same.</exception>
    /// <exception cref="ParentMissingException">A run is a fork, and its parent is not there.</exception>
    /// <exception cref="RunNotFoundException">A run has gone, and was not deleted.</exception>
    public IEnumerable<(RunId Run, T Value)> All(bool leavesOutDamaged)
    {
        var runs = new List<(RunId Run, long Last)>();
        foreach (var (stream, last) in store.Journal.LastOrderings())
            if (RunId.TryOfTrainingStream(stream, out var run)) runs.Add((run, last));
        foreach (var gone in _known.Keys.Except(runs.Select(one => one.Run))) _known.TryRemove(gone, out _);
        foreach (var (run, last) in runs)
        {
            T value;
            try { value = Of(run, last); }
            catch (Exception left) when (left is RunDeletedException
                || leavesOutDamaged && (left is RunNotFoundException || RunDamage.Is(left)))
            {
                continue;
            }
            yield return (run, value);
        }
    }

    T Of(RunId run, long last)
    {
        if (_known.TryGetValue(run, out var known) && known.Last == last) return known.Value;
        var read = known?.Growing?.TryReadOn() ?? _reader.Read(run);
        var value = of(read);
        // One that has ended will hardly grow, and there may be thousands.
        _known[run] = new Known(value, last, read.State.IsTerminal ? null : read);
        return value;
    }

    /// <param name="Value">What is kept.</param>
    /// <param name="Last">
    /// The row that was the stream's last before it was read. No other row has its number, also where another run comes under the same id.
    /// </param>
    /// <param name="Growing">The run, if it may go on.</param>
    sealed record Known(T Value, long Last, RunRecord? Growing);
}
