using Akka.Actor;
using Akka.Persistence;

namespace ActorRlhf.Actors.Live.Journal;

/// <summary>Knows whether the journal still writes: stores a heartbeat again and again, each with a deadline.</summary>
/// <remarks>
/// Supervised by <c>/user</c>. Persists one snapshot, which it overwrites; reads nothing. When the journal fails or does not answer
/// in time it says so on the event stream and to whoever asks, and goes on trying. It is no persistent actor: one of those would
/// wait for the journal before it could answer that the journal does not answer.
/// </remarks>
public sealed class JournalGuard : ReceiveActor, IWithTimers
{
    const string PersistenceId = "journal-guard";
    readonly IActorRef _store;
    readonly TimeProvider _time;
    readonly TimeSpan _interval, _deadline;
    JournalReadiness _readiness;

    /// <param name="store">Akka's snapshot store.</param>
    /// <param name="time">Clock of the answers.</param>
    /// <param name="interval">Time from an answer to the next heartbeat.</param>
    /// <param name="deadline">How long a heartbeat may take.</param>
    public static Props Props(IActorRef store, TimeProvider time, TimeSpan interval, TimeSpan deadline) =>
        Akka.Actor.Props.Create(() => new JournalGuard(store, time, interval, deadline));

    /// <summary>See <see cref="Props"/>.</summary>
    public JournalGuard(IActorRef store, TimeProvider time, TimeSpan interval, TimeSpan deadline)
    {
        (_store, _time, _interval, _deadline) = (store, time, interval, deadline);
        _readiness = new JournalReadiness(false, "the first heartbeat is under way", time.GetUtcNow());
        Receive<Beat>(_ => OnBeat());
        Receive<SaveSnapshotSuccess>(_ => OnAnswer(null));
        Receive<SaveSnapshotFailure>(failure => OnAnswer($"the journal cannot write: {failure.Cause.GetBaseException().Message}"));
        Receive<Overdue>(_ => OnOverdue());
        Receive<GetJournalReadiness>(_ => Sender.Tell(_readiness));
    }

    /// <summary>Set by Akka.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Sends the first heartbeat.</summary>
    protected override void PreStart() => OnBeat();

    void OnBeat()
    {
        var now = _time.GetUtcNow();
        // Always sequence 0, so that the store replaces the row.
        _store.Tell(new SaveSnapshot(
            new SnapshotMetadata(PersistenceId, 0, now.UtcDateTime),
            new JournalHeartbeat(now, Environment.MachineName, Environment.ProcessId)));
        Timers.StartSingleTimer(nameof(Overdue), new Overdue(), _deadline);
    }

    void OnAnswer(string? problem)
    {
        Timers.Cancel(nameof(Overdue));
        Timers.StartSingleTimer(nameof(Beat), new Beat(), _interval);
        Report(problem);
    }

    void OnOverdue()
    {
        Timers.StartSingleTimer(nameof(Beat), new Beat(), _interval);
        Report(FormattableString.Invariant($"the journal has not answered for {_deadline.TotalSeconds} s"));
    }

    void Report(string? problem)
    {
        if (_readiness.Ready == problem is null && _readiness.Reason == problem) return;
        _readiness = new JournalReadiness(problem is null, problem, _time.GetUtcNow());
        Context.System.EventStream.Publish(_readiness);
    }

    sealed record Beat;
    sealed record Overdue;
}
