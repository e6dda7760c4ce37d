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
    readonly KeptRuns<ListedRun> _lines = new(store, run => new ListedRun(RunLine.Of(run), run.AskedFor));

    /// <summary>All runs, newest first; one that is damaged, or deleted meanwhile, is left out.</summary>
    public IReadOnlyList<ListedRun> All() => store.IsNew ? [] :
        [.. _lines.All(leavesOutDamaged: true)
            .Select(one => one.Value)
            .OrderByDescending(one => one.AskedFor).ThenByDescending(one => one.Line.Run, StringComparer.Ordinal)];

    /// <summary>The line of one run.</summary>
    /// <exception cref="RunNotFoundException">There is none.</exception>
    public RunLine Of(RunId run) => RunLine.Of(_reader.Read(run));
}
