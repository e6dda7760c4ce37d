using ActorRlhf.Actors.Log.Chain;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>How much disk a run takes. Artefacts are named by their content, so runs can share some.</summary>
/// <param name="Events">Events of both of its own streams.</param>
/// <param name="SharedEvents">Events that a fork shares with the runs that it descends from; they are stored with these.</param>
/// <param name="EventBytes">Stored bytes of its own events, without the database's own.</param>
/// <param name="Artefacts">Artefacts that the run needs and that are there.</param>
/// <param name="ArtefactBytes">Their size.</param>
/// <param name="Removed">Artefacts that retention removed.</param>
/// <param name="Missing">Artefacts that should be there and are not.</param>
public sealed record DiskUse(int Events, int SharedEvents, long EventBytes, int Artefacts, long ArtefactBytes, int Removed, int Missing)
{
    /// <summary>
    /// Adds up a run's disk use; looks at every event, and at the size of every
    /// artefact. A fork needs what its past needed, but for its parent's checkpoints.
    /// </summary>
    public static DiskUse Of(RunRecord run) => Of(run, run.Artefacts.TrySize, out _);

    /// <summary>The same.</summary>
    /// <param name="sizeOf">Size of an artefact; null if it is not there.</param>
    /// <param name="ledger">Which artefacts it names.</param>
    internal static DiskUse Of(RunRecord run, Func<ContentHash, long?> sizeOf, out ArtefactLedger ledger)
    {
        var tally = new DiskTally(run);
        foreach (var read in run.Training().Concat(run.Evaluations())) tally.Add(read);
        ledger = tally.Ledger;
        return tally.Use(sizeOf);
    }
}
