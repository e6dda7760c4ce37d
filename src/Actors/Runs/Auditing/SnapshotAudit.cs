using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>Holds the short cuts through a training stream against what its events come to.</summary>
sealed class SnapshotAudit(JournalReader journal, RunId run)
{
    readonly Dictionary<long, RunSnapshot> _snapshots = new RunSnapshots(journal, run).All().ToDictionary(one => one.Stored.Head.Sequence);
    RunPoint _point = RunPoint.Empty;

    /// <summary>What is wrong with the snapshot of the next event; null if nothing is, or if there is none.</summary>
    /// <param name="read">Sound; of the run's own stream, or of one of those it descends from, in order.</param>
    public AuditFinding? Check(ReadEvent read)
    {
        _point = _point.Add(read);
        return read.Stream == run.TrainingStream && _snapshots.TryGetValue(read.Sequence, out var snapshot)
            && RunSnapshots.Contradicts(snapshot.Stored, _point) is { } why
            ? AuditFinding.At(read, AuditFindingKind.Altered, why)
            : null;
    }
}
