using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;
using Akka.Event;

namespace ActorRlhf.Actors.Runs;

/// <summary>Deletes what retention removed from a run, unless another run needs it.</summary>
/// <remarks>
/// Two runs of one recipe and seed write the same bytes, and so do a fork and its parent, so they share files. Nothing is deleted
/// while such a relative goes on or waits for a person, for it may be about to name the file, and nothing that one that has ended
/// still names. Failure policy: safe. Another run's damaged log, or a file that cannot be deleted, leaves files and stops no run.
/// </remarks>
/// <param name="artefacts">Where the files are.</param>
/// <param name="journal">Where all runs of the data directory are.</param>
public sealed class ArtefactRetention(ArtefactStore artefacts, JournalReader journal)
{
    /// <summary>Deletes artefacts that the run's events say were removed.</summary>
    /// <param name="run">The run.</param>
    /// <param name="removed">What was removed.</param>
    /// <param name="log">Told why files stay where it failed.</param>
    internal void Delete(RunId run, IReadOnlyCollection<ContentHash> removed, ILoggingAdapter log)
    {
        if (removed.Count == 0) return;
        try { DeleteUnneeded(run, removed); }
        catch (Exception failure) { log.Warning(failure, "{Run}: of {Count} artefacts that retention removed some stay as files, until 'disk --collect'", run, removed.Count); }
    }

    void DeleteUnneeded(RunId run, IReadOnlyCollection<ContentHash> removed)
    {
        var relatives = Relatives(run).Select(relative => journal.Read(relative.TrainingStream).Aggregate(RunState.Empty, (state, read) => Run.Evolve(state, read.Event))).ToArray();
        if (relatives.Any(relative => !relative.IsTerminal)) return;
        foreach (var hash in removed.Except(relatives.SelectMany(relative => relative.Artefacts))) artefacts.Remove(hash);
    }

    /// <summary>Runs that may write the same bytes: of one identity, or connected by forks, and so on from each of them.</summary>
    List<RunId> Relatives(RunId run)
    {
        var others = new Dictionary<RunId, RunStarted>();
        foreach (var stream in journal.Streams())
            if (RunId.TryOfTrainingStream(stream, out var other) && journal.Read(stream).FirstOrDefault()?.Event is RunStarted started) others.Add(other, started);

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
