using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Deletion;

/// <summary>Deletes what retention removed from a run, unless another run needs it.</summary>
/// <remarks>
/// Two runs of one recipe and seed write the same bytes, and so do a fork and its parent, so they share files. Nothing is deleted
/// while such a relative goes on or waits for a person, for it may be about to name the file, and nothing that one that has ended
/// still names. Failure policy: safe. Another run's damaged log, or a file that cannot be deleted, leaves files and stops no run.
/// </remarks>
/// <param name="store">Where the files and all runs are.</param>
public sealed class ArtefactRetention(Store store)
{
    /// <summary>Deletes artefacts that the run's events say were removed.</summary>
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

    void DeleteUnneeded(RunId run, IReadOnlyCollection<ContentHash> removed)
    {
        var relatives = Relatives(run).Select(relative => store.Journal.Read(relative.TrainingStream).Aggregate(RunState.Empty, (state, read) => Run.Evolve(state, read.Event))).ToArray();
        if (relatives.Any(relative => !relative.IsTerminal)) return;
        foreach (var hash in removed.Except(relatives.SelectMany(relative => relative.Artefacts))) store.Artefacts.Remove(hash);
    }

    /// <summary>Runs that may write the same bytes: of one identity, or connected by forks, and so on from each of them.</summary>
    List<RunId> Relatives(RunId run)
    {
        var others = new Dictionary<RunId, RunStarted>();
        foreach (var stream in store.Journal.Streams())
            if (RunId.TryOfTrainingStream(stream, out var other) && store.Journal.Read(stream).FirstOrDefault()?.Event is RunStarted started) others.Add(other, started);

        bool Related((RunId Id, RunStarted Started) a, (RunId Id, RunStarted Started) b) =>
            a.Started.Identity == b.Started.Identity || a.Started.Parent?.Run == b.Id.Value || b.Started.Parent?.Run == a.Id.Value
            || a.Started.Parent is { } from && from.Run == b.Started.Parent?.Run;

        var family = new List<RunId> { run };
        var known = new Dictionary<RunId, RunStarted> { [run] = others[run] };
        others.Remove(run);
        for (var i = 0; i < family.Count; i++)
            foreach (var (other, started) in others.Where(entry => Related((family[i], known[family[i]]), (entry.Key, entry.Value))).ToArray())
            {
                family.Add(other);
                known.Add(other, started);
                others.Remove(other);
            }
        return family[1..];
    }
}
