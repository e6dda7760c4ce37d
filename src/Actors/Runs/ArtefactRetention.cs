using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;

namespace ActorRlhf.Actors.Runs;

/// <summary>Deletes what retention removed from a run, unless another run needs it.</summary>
/// <remarks>
/// Two runs of one recipe and seed write the same bytes, so they share their files. Nothing is deleted while such a twin goes on or
/// waits for a person, for it may be about to name the file, and nothing that one that has ended still names.
/// </remarks>
/// <param name="artefacts">Where the files are.</param>
/// <param name="journal">Where all runs of the data directory are.</param>
public sealed class ArtefactRetention(ArtefactStore artefacts, JournalReader journal)
{
    /// <summary>Deletes artefacts that the run's events say were removed.</summary>
    /// <param name="run">The run.</param>
    /// <param name="identity">As in its <see cref="RunStarted"/>.</param>
    /// <param name="removed">What was removed.</param>
    internal void Delete(RunId run, ContentHash identity, IReadOnlyCollection<ContentHash> removed)
    {
        if (removed.Count == 0) return;
        var twins = journal.Streams()
            .Where(stream => stream != run.TrainingStream && RunId.TryOfTrainingStream(stream, out _)
                && journal.Read(stream).FirstOrDefault()?.Event is RunStarted started && started.Identity == identity)
            .Select(stream => journal.Read(stream).Aggregate(RunState.Empty, (state, read) => Run.Evolve(state, read.Event)))
            .ToArray();
        if (twins.Any(twin => !twin.IsTerminal)) return;
        foreach (var hash in removed.Except(twins.SelectMany(twin => twin.Checkpoints).SelectMany(checkpoint => checkpoint.Files).Select(file => file.Hash))) artefacts.Remove(hash);
    }
}
