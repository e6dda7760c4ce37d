using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Reading;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorRlhf.Actors.Live.Runs;

// Short cuts through the run's log: which one a recovery takes, what proves it, and when a new one is stored.
sealed partial class RunActor
{
    long _saved;                                              // the event of the last snapshot

    /// <inheritdoc/>
    protected override (StreamSnapshot Snapshot, ReadEvent At)? FindSnapshot() =>
        _snapshots.ForRecovery() is { } found ? (found.Stored, found.At) : null;

    /// <summary>The run goes on at once; what the snapshot passed over is read beside it.</summary>
    protected override void Restore(StreamSnapshot snapshot)
    {
        _state = RunState.TryParse(snapshot.State)!;
        Task.Run(() => _snapshots.Disproved(snapshot))
            .PipeTo(Self, Self, why => new Proof(why), failure => new StreamRecoveryFailed(PersistenceId, failure));
    }

    void OnProof(Proof proof)
    {
        if (proof.Against is not { } reason) return;
        _log.Error("{Run} is recovered again from its first event: {Reason}", _run.Id, reason);
        DeleteSnapshots(SnapshotSelectionCriteria.Latest);
        Context.Stop(Self);
    }

    /// <summary>Whether a snapshot is on its way.</summary>
    bool SaveState()
    {
        if (!RunSnapshots.IsWorthTaking(Head) || _saved == Head.Sequence) return false;
        _saved = Head.Sequence;
        SaveState(RunState.SnapshotKind, _state.ToBytes());
        return true;
    }

    /// <inheritdoc/>
    protected override void OnSnapshotAnswered()
    {
        if (_resting) Announce();
    }
}
