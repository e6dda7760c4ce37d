using System.Collections.Concurrent;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Api;

/// <summary>The lines of all runs. A run that has ended keeps its line, so a list costs what the live ones cost.</summary>
/// <remarks>Any number of threads may use it.</remarks>
sealed class RunLines(Store store)
{
    readonly RunReader _reader = new(store);
    readonly ConcurrentDictionary<RunId, (RunLine Line, DateTimeOffset AskedFor)> _ended = [];

    /// <summary>All runs, newest first; one that is damaged is left out.</summary>
    public IReadOnlyList<RunLine> All() => store.IsNew ? [] :
        [.. _reader.Runs().Select(TryRead).OfType<(RunLine Line, DateTimeOffset AskedFor)>()
            .OrderByDescending(one => one.AskedFor).ThenByDescending(one => one.Line.Run, StringComparer.Ordinal).Select(one => one.Line)];

    /// <summary>The line of one run.</summary>
    /// <exception cref="RunNotFoundException">There is none.</exception>
    public RunLine Of(RunId run) => TryRead(run)?.Line ?? RunLine.Of(_reader.Read(run));

    (RunLine Line, DateTimeOffset AskedFor)? TryRead(RunId run)
    {
        if (_ended.TryGetValue(run, out var known)) return known;
        try
        {
            var read = _reader.Read(run);
            var line = (RunLine.Of(read), read.AskedFor);
            if (read.State.IsTerminal) _ended[run] = line;
            return line;
        }
        catch (Exception damaged) when (RunDamage.Is(damaged)) { return null; }
    }
}
