using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Deletion;

/// <summary>Deletes what retention removed from a run, unless another run needs it, and now and then whatever no run names.</summary>
/// <remarks>
/// Two runs of one recipe and seed write the same bytes, and so do a fork and its parent, so they share files. What such a relative's
/// state names stays, and so does what anybody in this process has put and not named yet. Failure policy: safe. Another run's damaged
/// log, or a file that cannot be deleted, leaves files and stops no run.
/// </remarks>
/// <param name="store">Where the files and all runs are.</param>
public sealed class ArtefactRetention(Store store)
{
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
        var needed = new HashSet<ContentHash>();
        foreach (var relative in Relatives(run))
            needed.UnionWith(store.Journal.Read(relative.TrainingStream)
                .Aggregate(RunState.Empty, (state, read) => Run.Evolve(state, read.Event)).Artefacts);
        foreach (var hash in removed.Except(needed)) removal.TryRemove(hash, run.Value);
    }

    /// <summary>Runs that may write the same bytes: of one identity, or connected by forks, and so on from each of them.</summary>
    List<RunId> Relatives(RunId run)
    {
        var others = new Dictionary<RunId, IFirstEvent>();
        foreach (var stream in store.Journal.Streams())
            if (RunId.TryOfTrainingStream(stream, out var other)
                && store.Journal.First(stream)?.Event is IFirstEvent first)
                others.Add(other, first);

        bool Related((RunId Id, IFirstEvent First) a, (RunId Id, IFirstEvent First) b) =>
            a.First.Identity == b.First.Identity || a.First.Parent?.Run == b.Id.Value || b.First.Parent?.Run == a.Id.Value
            || a.First.Parent is { } from && from.Run == b.First.Parent?.Run;

        var family = new List<RunId> { run };
        var known = new Dictionary<RunId, IFirstEvent> { [run] = others[run] };
        others.Remove(run);
        for (var i = 0; i < family.Count; i++)
            foreach (var (other, first) in others.Where(entry =>
                Related((family[i], known[family[i]]), (entry.Key, entry.Value))).ToArray())
            {
                family.Add(other);
                known.Add(other, first);
                others.Remove(other);
            }
        return family[1..];
    }
}
