using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Deletion;

/// <summary>Deletes what retention removed from a run, unless another run needs it, and now and then whatever no run names.</summary>
/// <remarks>
/// Runs whose recipes are the same as far as they act write the same bytes, a fork has its parent's, and one that begins with another's
/// policy names it, so they share files. What another run's state names stays, and so does what anybody in this process has put and not
/// named yet. Failure policy: safe. Another run's damaged log, or a file that cannot be deleted, leaves files and stops no run.
/// </remarks>
/// <param name="store">Where the files and all runs are.</param>
public sealed class ArtefactRetention(Store store)
{
    readonly KeptRuns<ContentHash[]> _needs = new(store, run => [.. run.State.Artefacts]);
    readonly CancellationTokenSource _closing = new();
    Task _collection = Task.CompletedTask;            // the last one that was begun

    /// <summary>Deletes artefacts that the run's events say were removed. The run waits for it.</summary>
    /// <param name="removed">What was removed.</param>
    /// <returns>Why files stay; null if nothing failed.</returns>
    internal Exception? Delete(RunId run, IReadOnlyCollection<ContentHash> removed)
    {
        try
        {
            DeleteUnneeded(run, removed);
            return null;
        }
        catch (Exception failure) { return failure; } // whatever it is: no reason to stop a run
    }

    /// <summary>Begins to remove what no run names, beside all that goes on, unless that is under way. For one caller at a time.</summary>
    /// <param name="failed">Told what made it stop early.</param>
    internal void BeginCollection(Action<Exception> failed)
    {
        if (!_collection.IsCompleted || _closing.IsCancellationRequested) return;
        _collection = Task.Run(() =>
        {
            try { ArtefactCollection.Collect(store, _closing.Token); }
            catch (OperationCanceledException) { }
            catch (Exception failure) { failed(failure); } // whatever it is: the next one begins anew
        });
    }

    /// <summary>Ends a collection that is under way: whoever gives the directory's lock back must not remove files any more.</summary>
    internal Task CloseAsync()
    {
        _closing.Cancel();
        return _collection;
    }

    void DeleteUnneeded(RunId run, IReadOnlyCollection<ContentHash> removed)
    {
        using var removal = store.Artefacts.BeginRemoval();
        var needed = _needs.All(leavesOutDamaged: false).Where(other => other.Run != run).SelectMany(other => other.Value);
        foreach (var hash in removed.Except(needed)) removal.TryRemove(hash, run.Value);
    }
}
