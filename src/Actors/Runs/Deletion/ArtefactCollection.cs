using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Deletion;

/// <summary>Removes the artefacts that no run needs, also while runs go on in this process.</summary>
public static class ArtefactCollection
{
    /// <summary>Removes them; what was put in this process and is not named yet stays.</summary>
    /// <param name="store">The directory's, opened for writing.</param>
    /// <param name="ct">Gives up; what was removed until then is gone.</param>
    /// <returns>What was removed.</returns>
    /// <exception cref="InvalidOperationException">It was opened for reading.</exception>
    /// <exception cref="Log.Chain.BrokenChainException">A log is damaged, so nobody knows what it needs; nothing was removed.</exception>
    /// <exception cref="Log.Events.UnreadableEventException">The same.</exception>
    /// <exception cref="Log.Events.UnknownEventException">The same.</exception>
    /// <exception cref="ParentMissingException">The same, for a fork whose parent is not there.</exception>
    public static FileUse Collect(Store store, CancellationToken ct = default)
    {
        store.ThrowUnlessWriter();
        using var removal = store.Artefacts.BeginRemoval();
        var orphans = store.Artefacts.List().ToHashSet();
        foreach (var run in new RunReader(store).Runs())
        {
            ct.ThrowIfCancellationRequested();
            orphans.ExceptWith(RequiredBy(store, run));
        }
        var (files, bytes) = (0, 0L);
        foreach (var hash in orphans)
        {
            ct.ThrowIfCancellationRequested();
            var size = store.Artefacts.TrySize(hash) ?? 0;
            if (removal.TryRemove(hash)) (files, bytes) = (files + 1, bytes + size);
        }
        return new FileUse(files, bytes);
    }

    /// <summary>What a run needs: nothing, where it was deleted while others were looked at.</summary>
    // Only a tombstone says that: one that is not there may be in a journal that is away.
    static IEnumerable<ContentHash> RequiredBy(Store store, RunId run)
    {
        var reader = new RunReader(store);
        try { return ArtefactLedger.Of(reader.Read(run)).Required; }
        catch (Exception) when (!store.IsNew && !reader.Has(run) && new DeletedRuns(store.Journal).Find(run) is not null) { return []; }
    }
}
