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
    readonly ConcurrentDictionary<RunId, (RunLine Line, DateTimeOffset AskedFor, long Sequence)> _known = [];

    /// <summary>All runs, newest first; one that is damaged is left out.</summary>
    public IReadOnlyList<RunLine> All() => store.IsNew ? [] :
        [.. store.Journal.LastSequences()
            .Select(stream => RunId.TryOfTrainingStream(stream.Key, out var run) ? TryRead(run, stream.Value) : null)
            .OfType<(RunLine Line, DateTimeOffset AskedFor, long Sequence)>()
            .OrderByDescending(one => one.AskedFor).ThenByDescending(one => one.Line.Run, StringComparer.Ordinal).Select(one => one.Line)];

    /// <summary>The line of one run.</summary>
    /// <exception cref="RunNotFoundException">There is none.</exception>
    public RunLine Of(RunId run) => RunLine.Of(_reader.Read(run));

    (RunLine Line, DateTimeOffset AskedFor, long Sequence)? TryRead(RunId run, long sequence)
    {
        // One that was deleted and is there again as it was has the same line.
        if (_known.TryGetValue(run, out var known) && known.Sequence == sequence) return known;
        try
        {
            var read = _reader.Read(run);
            return _known[run] = (RunLine.Of(read), read.AskedFor, read.Head.Sequence);
        }
        catch (Exception damaged) when (RunDamage.Is(damaged)) { return null; }
    }
}
