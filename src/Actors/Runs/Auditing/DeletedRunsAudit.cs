using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>
/// The tombstones of a data directory: whether they are whole, and what the last one of a run that is there again knows of it.
/// </summary>
sealed class DeletedRunsAudit
{
    public DeletedRunsAudit(JournalReader journal, RunId run)
    {
        var events = new SoundEvents(journal, DeletedRuns.Stream);
        foreach (var read in events.Read())
        {
            if (read.TryDecode() is not RunDeleted deleted || !RunId.TryParse(deleted.Run, out var whose))
            {
                Fault = AuditFinding.At(read, AuditFindingKind.Altered,
                    $"{read.Manifest} is not the tombstone of a run, and nothing else belongs in this stream");
                return;
            }
            if (whose == run)
                Tombstone = deleted.Head.Hash == default
                    ? null
                    : new Witness(deleted.Head, $"its tombstone, event {read.Sequence} of {read.Stream},");
        }
        Fault = events.Broken;
    }

    /// <summary>The first tombstone that is wrong; null if none is.</summary>
    public AuditFinding? Fault { get; }

    /// <summary>
    /// The head that the run had when it was deleted: one that was imported again
    /// has it still, one that was invented has not. Null if it was never deleted.
    /// </summary>
    public Witness? Tombstone { get; }
}
