using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>A run as of an event of its training stream, as a snapshot has it.</summary>
/// <param name="Stored">The snapshot.</param>
/// <param name="State">Its state.</param>
/// <param name="At">The event; the chain still has it.</param>
sealed record RunSnapshot(StreamSnapshot Stored, RunState State, ReadEvent At)
{
    /// <summary>The same for whoever folds on.</summary>
    public RunPoint Point => new(State, Stored.Trajectory, Stored.Head);
}

/// <summary>The short cuts through a run's training stream. They may all be thrown away: that costs time and nothing else.</summary>
/// <remarks>
/// A snapshot is found only where the chain still has its event. What lies before that event is then not read: whether it is whole,
/// and whether the snapshot says of it what it says itself, <see cref="Disproved"/> finds out, and so does an audit.
/// </remarks>
sealed class RunSnapshots(JournalReader journal, RunId run)
{
    // Whoever goes on with a run waits for whoever makes the snapshots of all, rather than read the same stream beside him.
    static readonly Lock s_making = new();

    // Below this many events a stream is read and verified from its beginning sooner than anybody notices.
    const long WorthForReading = 500, WorthForRecovery = 5_000;

    /// <summary>Whether anybody would use a snapshot of that event.</summary>
    public static bool IsWorthTaking(StreamHead head) => head.Sequence >= WorthForReading;

    /// <summary>The newest snapshot, for whoever wants to know where the run stands; null where there is none that saves much.</summary>
    /// <param name="end">The last event that counts.</param>
    public RunSnapshot? Newest(long end = long.MaxValue) => Worth(WorthForReading).FirstOrDefault(one => one.Stored.Head.Sequence <= end);

    /// <summary>
    /// The snapshot from which the run's actor can recover: behind it come all
    /// steps that may be executed again. Null where there is none that saves much.
    /// </summary>
    public RunSnapshot? ForRecovery()
    {
        var all = Worth(WorthForRecovery).ToArray();
        int? floor = all.FirstOrDefault()?.State.Checkpoints switch
        {
            [.., var previous, _] => previous.Step,
            // checkpoint.keep is 1: the run cannot go further back than to this one
            [var only] when all.Any(one => one.State.Checkpoints is [.., var earlier] && earlier.Step < only.Step) => only.Step,
            _ => null,
        };
        return all.FirstOrDefault(one => one.State.Step <= floor);
    }

    /// <summary>Makes those that are missing: reading a stream here takes a fraction of what its recovery takes.</summary>
    /// <param name="store">Opened for writing.</param>
    /// <param name="time">Clock of the rows.</param>
    /// <exception cref="BrokenChainException">The chain does not hold.</exception>
    public void Make(Store store, TimeProvider time)
    {
        using var making = s_making.EnterScope();
        var last = journal.LastSequence(run.TrainingStream);
        var known = Newest()?.Stored.Head.Sequence ?? 0;
        if (last - known < WorthForReading && (last < WorthForRecovery || ForRecovery() is not null)) return;
        var (point, kept) = (RunPoint.Empty, new Queue<RunPoint>());   // the last two checkpoints
        foreach (var read in new RunStreams(run, journal).VerifiedTraining())
        {
            point = point.Add(read);
            if (read.Stream == run.TrainingStream && read.Event is CheckpointSaved) kept.Enqueue(point);
            if (kept.Count > 2) kept.Dequeue();
        }
        if (kept.All(one => one.Head != point.Head)) kept.Enqueue(point);
        using var transaction = store.Begin(time);
        foreach (var one in kept.Where(one => IsWorthTaking(one.Head))) transaction.Put(Of(run, one));
        transaction.Commit();
    }

    /// <summary>The same for every run of a store that can be read.</summary>
    /// <exception cref="DataDirectoryUnusableException">They cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Given up between two runs.</exception>
    public static void MakeAll(Store store, TimeProvider time, CancellationToken ct)
    {
        if (store.IsNew) return;
        using var held = store.Journal.Hold();
        foreach (var run in new RunReader(store).Runs())
        {
            ct.ThrowIfCancellationRequested();
            try { new RunSnapshots(store.Journal, run).Make(store, time); }
            catch (Exception damaged) when (RunDamage.Is(damaged) || damaged is StoreException) { } // whoever asks for that run is told
        }
    }

    /// <summary>
    /// Reads everything before a snapshot, verifies it, and folds it; why the snapshot does not say the same, null if it does.
    /// </summary>
    /// <exception cref="BrokenChainException">The chain does not hold.</exception>
    public string? Disproved(StreamSnapshot snapshot)
    {
        var point = RunPoint.Empty;
        foreach (var read in new RunStreams(run, journal).VerifiedTraining())
        {
            point = point.Add(read);
            if (read.Stream == run.TrainingStream && read.Sequence == snapshot.Head.Sequence) break;
        }
        return Contradicts(snapshot, point);
    }

    /// <summary>Why a snapshot is not what the events come to; null if it is.</summary>
    public static string? Contradicts(StreamSnapshot snapshot, RunPoint point) =>
        point.Head != snapshot.Head ? $"the events end at {point.Head}, the snapshot is of {snapshot.Head}"
        : point.Trajectory != snapshot.Trajectory
            ? $"the events have the trajectory {point.Trajectory}, the snapshot says {snapshot.Trajectory}"
        : !point.State.ToBytes().AsSpan().SequenceEqual(snapshot.State)
            ? $"the snapshot of event {snapshot.Head.Sequence} has another state than the events up to there come to"
        : null;

    /// <summary>The snapshot of a run at a point of its own stream.</summary>
    public static StreamSnapshot Of(RunId run, RunPoint point) =>
        new(RunState.SnapshotKind, run.TrainingStream, point.Head, point.Trajectory, point.State.ToBytes());

    /// <summary>All, newest first.</summary>
    public IEnumerable<RunSnapshot> All() =>
        from one in journal.Snapshots(run.TrainingStream, RunState.SnapshotKind)
        let state = RunState.TryParse(one.Snapshot.State)
        where state is not null
        select new RunSnapshot(one.Snapshot, state, one.At);

    IEnumerable<RunSnapshot> Worth(long events) => All().Where(one => one.Stored.Head.Sequence >= events);
}
