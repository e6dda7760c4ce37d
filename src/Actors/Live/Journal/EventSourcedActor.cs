using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using Akka.Event;
using Akka.Persistence;
using MessagePack;

namespace ActorRlhf.Actors.Live.Journal;

/// <summary>The one writer of one event stream: numbers, hashes and persists events, and verifies the chain when it recovers.</summary>
/// <remarks>
/// Supervised by its parent, with back-off. When the journal fails or refuses, sender and parent get <see cref="PersistFailed"/> and
/// the actor stops, for it cannot know what was stored; when recovery fails, the parent gets <see cref="StreamRecoveryFailed"/> and
/// the actor stops. Derived constructors register commands with <c>Command</c>; recovery and snapshots belong to this class.
/// </remarks>
public abstract class EventSourcedActor : ReceivePersistentActor
{
    const long EventsBetweenNews = 5_000;
    const int SnapshotsKept = 4;                       // of the last two checkpoints, and of where the stream came to rest
    readonly EventCatalogue _catalogue;
    readonly TimeProvider _time;
    readonly Queue<long> _snapshots = [];
    StreamHead _written; // what was handed to the journal; ahead of Head until it answers
    ReadEvent? _last;
    (StreamSnapshot Snapshot, ReadEvent At)? _from;
    bool _looked;

    /// <param name="stream">Stream id, unique in the journal.</param>
    /// <param name="catalogue">Every event that the stream may hold.</param>
    /// <param name="time">Clock of the envelopes.</param>
    protected EventSourcedActor(string stream, EventCatalogue catalogue, TimeProvider time)
    {
        PersistenceId = stream;
        _catalogue = catalogue;
        _time = time;
        Recover<SnapshotOffer>(_ => OnOffered());
        Recover<StoredEvent>(OnReplayed);
        Recover<RecoveryCompleted>(_ => OnReplayedAll());
        Command<SaveSnapshotSuccess>(message => OnSnapshotStored(message.Metadata.SequenceNr));
        Command<SaveSnapshotFailure>(OnSnapshotNotStored);
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(message =>
            Log.Warning(message.Cause, "Old snapshots of stream {0} could not be deleted", PersistenceId));
    }

    /// <summary>The stream id.</summary>
    public sealed override string PersistenceId { get; }

    /// <summary>From the snapshot that <see cref="FindSnapshot"/> names, and from no other; without one from the first event.</summary>
    public sealed override Recovery Recovery
    {
        get
        {
            if (!_looked) (_looked, _from) = (true, FindSnapshot());
            return new(_from is ({ Head.Sequence: var at }, _) ? new(at, DateTime.MaxValue, at) : SnapshotSelectionCriteria.None);
        }
    }

    /// <summary>The last event that is known to be stored.</summary>
    protected StreamHead Head { get; private set; }

    /// <summary>Digest of the trajectory events up to <see cref="Head"/>.</summary>
    protected TrajectoryDigest Trajectory { get; private set; }

    /// <summary>Which writer of the stream this one is, from 1: in the envelope of what it writes.</summary>
    protected long WriterEpoch { get; private set; } = 1;

    /// <summary>Brings the state up to an event, when it was stored and when it is replayed. No side effects.</summary>
    /// <param name="fact">The event in its newest version.</param>
    /// <param name="sequence">Its sequence number, from 1.</param>
    protected abstract void Apply(IEvent fact, long sequence);

    /// <summary>What recovery may begin with instead of the first event, with the event that it is of; the chain has that event.</summary>
    protected virtual (StreamSnapshot Snapshot, ReadEvent At)? FindSnapshot() => null;

    /// <summary>Takes over a state that <see cref="FindSnapshot"/> gave; the events behind it follow.</summary>
    protected virtual void Restore(StreamSnapshot snapshot) => throw new NotSupportedException($"{PersistenceId} has no snapshots");

    /// <summary>Called once, when the stream was read and before the first command.</summary>
    protected virtual void OnRecovered() { }

    /// <summary>What the first event is linked to: zero, or for a fork the parent's hash, which the first event names.</summary>
    protected virtual ContentHash Origin(IEvent first) => default;

    /// <summary>
    /// Where the trajectory starts, if an event says so: the hash of what determines the result; null for any other event.
    /// </summary>
    protected virtual ContentHash? TrajectorySeed(IEvent fact) => null;

    /// <summary>Stores events in one transaction, all or none; then applies each and runs <paramref name="after"/>.</summary>
    /// <param name="events">Events in order; none of them runs <paramref name="after"/> at once.</param>
    /// <param name="after">The place to acknowledge: everything is stored and applied.</param>
    /// <param name="who">The person or token that asked; null for the run itself.</param>
    protected void PersistEvents(IReadOnlyList<TimedEvent> events, Action after, string? who = null)
    {
        if (events.Count == 0)
        {
            after();
            return;
        }
        StoredEvent[] stored;
        try { stored = Seal(events, who); }
        catch (Exception refused) when (refused is MessagePackSerializationException or EventDeclarationException)
        {
            Log.Error(refused, "An event of stream {0} cannot be serialised", PersistenceId);
            Fail(refused, _written.Sequence + 1);
            return;
        }
        var applied = 0;
        PersistAll(stored, one =>
        {
            Advance(_catalogue.Newest(one.Manifest, events[applied].Fact), one, new StreamHead(LastSequenceNr, one.Hash));
            if (++applied == events.Count) after();
        });
    }

    /// <summary>
    /// Stores the state as of <see cref="Head"/> for a later recovery. <see cref="OnSnapshotAnswered"/> follows, whatever comes of it.
    /// </summary>
    protected void SaveState(string kind, byte[] state) =>
        SaveSnapshot(new StreamSnapshot(kind, PersistenceId, Head, Trajectory.Value, state));

    /// <summary>A snapshot was stored, or could not be: then recovery takes longer, and nothing else.</summary>
    protected virtual void OnSnapshotAnswered() { }

    /// <summary>Tells the sender and stops: whether the event was stored is unknown.</summary>
    protected sealed override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistFailure(cause, @event, sequenceNr);
        Fail(cause, sequenceNr);
    }

    /// <summary>Tells the sender and stops: Akka would carry on with a state that has no event.</summary>
    protected sealed override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistRejected(cause, @event, sequenceNr);
        Fail(cause, sequenceNr);
    }

    /// <summary>Tells the parent why the stream cannot be read; Akka stops the actor.</summary>
    protected sealed override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        base.OnRecoveryFailure(reason, message);
        var named = reason is BrokenChainException or UnknownEventException or UnreadableEventException
            || JournalFault.MayPass(reason) || JournalFault.IsOfDisk(reason);
        var cause = named ? reason : UnreadableStreamException.Of(PersistenceId, reason);
        Context.Parent.Tell(new StreamRecoveryFailed(PersistenceId, cause), Self);
    }

    StoredEvent[] Seal(IReadOnlyList<TimedEvent> events, string? who)
    {
        var now = _time.GetUtcNow();
        var first = events[0].Fact;
        var head = _written.Sequence == 0 ? new StreamHead(0, Origin(_catalogue.Newest(_catalogue.ManifestOf(first), first))) : _written;
        var stored = new StoredEvent[events.Count];
        for (var i = 0; i < events.Count; i++)
        {
            var (fact, duration) = events[i];
            stored[i] = _catalogue.Seal(PersistenceId, head, fact,
                new EventEnvelope(now, duration?.TotalSeconds, Environment.MachineName, Environment.ProcessId, WriterEpoch, who));
            head = new StreamHead(head.Sequence + 1, stored[i].Hash);
        }
        _written = head;
        return stored;
    }

    void OnOffered()
    {
        var (snapshot, at) = _from!.Value;
        (Head, Trajectory, _last) = (snapshot.Head, new TrajectoryDigest(snapshot.Trajectory), at);
        Restore(snapshot);
    }

    void OnSnapshotStored(long sequence)
    {
        _snapshots.Enqueue(sequence);
        if (_snapshots.Count > SnapshotsKept) DeleteSnapshots(new SnapshotSelectionCriteria(_snapshots.Dequeue()));
        OnSnapshotAnswered();
    }

    void OnSnapshotNotStored(SaveSnapshotFailure message)
    {
        Log.Warning(message.Cause, "A snapshot of stream {0} could not be stored: its next recovery takes longer", PersistenceId);
        OnSnapshotAnswered();
    }

    void OnReplayed(StoredEvent stored)
    {
        var fact = _catalogue.Decode(PersistenceId, LastSequenceNr, stored.Manifest, stored.Payload);
        var before = Head.Sequence == 0 ? new StreamHead(0, Origin(fact)) : Head;
        Advance(fact, stored, EventChain.Follow(PersistenceId, before, LastSequenceNr, stored));
        _last = new ReadEvent(_catalogue, PersistenceId, LastSequenceNr, stored);
        if (LastSequenceNr % EventsBetweenNews == 0) Context.System.EventStream.Publish(new StreamProgress(PersistenceId, LastSequenceNr));
    }

    void OnReplayedAll()
    {
        try
        {
            if (LastSequenceNr != Head.Sequence)
                throw new BrokenChainException(
                    PersistenceId, Head.Sequence + 1, $"the event is missing, the journal counts {LastSequenceNr}");
            if (_last is not null) WriterEpoch = _last.Envelope.WriterEpoch + 1;
        }
        catch (Exception damaged) when (damaged is BrokenChainException or UnreadableEventException)
        {
            // Thrown from here it would only restart the actor, for ever.
            OnRecoveryFailure(damaged);
            Context.Stop(Self);
            return;
        }
        _written = Head;
        OnRecovered();
    }

    void Advance(IEvent fact, StoredEvent stored, StreamHead head)
    {
        Trajectory = _catalogue.Trajectory(Trajectory, TrajectorySeed(fact), stored);
        Head = head;
        Apply(fact, head.Sequence);
    }

    void Fail(Exception cause, long sequence)
    {
        var failed = new PersistFailed(PersistenceId, sequence, cause.GetBaseException().Message)
        {
            NeedsPerson = JournalFault.NeedsPerson(cause),
        };
        Sender.Tell(failed, Self);
        // The sender may be the actor itself, when it stores what its own work gave.
        Context.Parent.Tell(failed, Self);
        Context.Stop(Self);
    }
}
