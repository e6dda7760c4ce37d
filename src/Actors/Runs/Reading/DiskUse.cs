using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>How much disk a run takes. Artefacts are named by their content, so runs can share some.</summary>
/// <param name="Events">Events of both streams.</param>
/// <param name="EventBytes">Their stored bytes, without the database's own.</param>
/// <param name="Artefacts">Artefacts that the run needs and that are there.</param>
/// <param name="ArtefactBytes">Their size.</param>
/// <param name="Removed">Artefacts that retention removed.</param>
/// <param name="Missing">Artefacts that should be there and are not.</param>
public sealed record DiskUse(int Events, long EventBytes, int Artefacts, long ArtefactBytes, int Removed, int Missing)
{
    /// <summary>Adds up a run's disk use; looks at every event of its own streams, and at the size of every artefact.</summary>
    public static DiskUse Of(RunRecord run) => Of(
        run.Training().Where(read => read.Stream == run.Id.TrainingStream).Concat(run.Evaluations().Where(read => read.Stream == run.Id.EvaluationStream)),
        run.Artefacts.TrySize, out _);

    /// <summary>The same for the events of some streams.</summary>
    /// <param name="read">The events.</param>
    /// <param name="sizeOf">Size of an artefact; null if it is not there.</param>
    /// <param name="ledger">Which artefacts the events name.</param>
    internal static DiskUse Of(IEnumerable<ReadEvent> read, Func<ContentHash, long?> sizeOf, out ArtefactLedger ledger)
    {
        var (events, eventBytes) = (0, 0L);
        ledger = ArtefactLedger.Of(read.Select(one =>
        {
            (events, eventBytes) = (events + 1, eventBytes + one.Stored.Envelope.Length + one.Stored.Payload.Length);
            return one;
        }));
        var sizes = ledger.Required.Select(sizeOf).ToArray();
        return new DiskUse(events, eventBytes, sizes.Count(size => size is not null), sizes.Sum() ?? 0, ledger.Removed.Count, sizes.Count(size => size is null));
    }
}
