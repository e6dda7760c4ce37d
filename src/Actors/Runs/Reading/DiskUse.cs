using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>How much disk a run takes. Artefacts are named by their content, so runs can share some.</summary>
/// <param name="Events">Events of both streams.</param>
/// <param name="EventBytes">Their stored bytes, without the database's own.</param>
/// <param name="Artefacts">Artefacts that the events name and that are there.</param>
/// <param name="ArtefactBytes">Their size.</param>
/// <param name="Removed">Artefacts that retention removed.</param>
/// <param name="Missing">Artefacts that should be there and are not.</param>
public sealed record DiskUse(int Events, long EventBytes, int Artefacts, long ArtefactBytes, int Removed, int Missing)
{
    /// <summary>Adds up a run's disk use; looks at every event, and at the size of every artefact.</summary>
    public static DiskUse Of(RunRecord run)
    {
        var (events, eventBytes) = (0, 0L);
        var (named, removed) = (new HashSet<ContentHash>(), new HashSet<ContentHash>());
        foreach (var read in run.Training().Concat(run.Evaluations()))
        {
            (events, eventBytes) = (events + 1, eventBytes + read.Stored.Size);
            if (read.Event is ArtefactRemoved gone) removed.Add(gone.Hash);
            else named.UnionWith(NamedArtefacts.In(read.Event));
        }
        var there = named.Where(run.Artefacts.Exists).ToArray();
        return new DiskUse(events, eventBytes, there.Length, there.Sum(run.Artefacts.Size), named.Count(removed.Contains), named.Count(hash => !removed.Contains(hash) && !run.Artefacts.Exists(hash)));
    }
}
