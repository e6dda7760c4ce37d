using System.Collections.Concurrent;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Api;

/// <summary>The lines of all runs. A run keeps its line until its log grows, so a list costs what has changed since the last one.</summary>
/// <remarks>Any number of threads may use it.</remarks>
sealed class RunLines(Store store)
{
    readonly RunReader _reader = new(store);
    readonly ConcurrentDictionary<RunId, Known> _known = [];

    /// <summary>All runs, newest first; one that is damaged is left out.</summary>
    public IReadOnlyList<ListedRun> All() => store.IsNew ? [] :
        [.. store.Journal.LastSequences()
            .Select(stream => RunId.TryOfTrainingStream(stream.Key, out var run) ? TryRead(run, stream.Value) : null)
            .OfType<ListedRun>()
            .OrderByDescending(one => one.AskedFor).ThenByDescending(one => one.Line.Run, StringComparer.Ordinal)];

    /// <summary>The line of one run.</summary>
    /// <exception cref="RunNotFoundException">There is none.</exception>
    public RunLine Of(RunId run) => RunLine.Of(_reader.Read(run));

    /// <summary>The run is deleted; another one may come under its id, from an archive.</summary>
    public void Forget(RunId run) => _known.TryRemove(run, out _);

    ListedRun? TryRead(RunId run, long sequence)
    {
        if (_known.TryGetValue(run, out var known) && known.Sequence == sequence) return known.Run;
        try
        {
            var read = known?.Growing?.TryReadOn() ?? _reader.Read(run);
            var listed = new ListedRun(RunLine.Of(read), read.AskedFor);
            // One that has ended will hardly grow, and there may be thousands.
            _known[run] = new Known(listed, read.Head.Sequence, read.State.IsTerminal ? null : read);
            return listed;
        }
        catch (Exception damaged) when (RunDamage.Is(damaged)) { return null; }
    }

    sealed record Known(ListedRun Run, long Sequence, RunRecord? Growing);
}
