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
        [.. _lines.Runs().Select(one => TryRead(one.Run, one.Last))
            .OfType<ListedRun>()
            .OrderByDescending(one => one.AskedFor).ThenByDescending(one => one.Line.Run, StringComparer.Ordinal)];

    /// <summary>The line of one run.</summary>
    /// <exception cref="RunNotFoundException">There is none.</exception>
    public RunLine Of(RunId run) => RunLine.Of(_reader.Read(run));

    /// <inheritdoc cref="KeptRuns{T}.Forget"/>
    public void Forget(RunId run) => _lines.Forget(run);

    ListedRun? TryRead(RunId run, long last)
    {
        try { return _lines.Of(run, last); }
        catch (Exception left) when (RunDamage.Is(left) || left is RunDeletedException) { return null; }
    }
}
