using ActorRlhf.Actors.Live.Journal;
using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;

namespace ActorRlhf.Actors.Tests.Journal;

public sealed class JournalGuardTests : TestKit
{
    static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5), s_deadline = TimeSpan.FromSeconds(2);
    readonly TestProbe _store, _changes;
    readonly FakeTimeProvider _time = new();
    readonly IActorRef _guard;

    public JournalGuardTests() : base("akka.loglevel = OFF, akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    {
        _store = CreateTestProbe();
        _changes = CreateTestProbe();
        Sys.EventStream.Subscribe(_changes, typeof(JournalReadiness));
        var (store, time) = ((IActorRef)_store, _time);
        _guard = Sys.ActorOf(JournalGuard.Props(store, time, s_interval, s_deadline));
    }

    [Fact]
    public async Task Guard_HeartbeatsAnswered_IsReadyAndOverwritesOneSnapshot()
    {
        Assert.False((await AskAsync()).Ready);
        var first = await BeatAsync();
        Assert.True((await _changes.ExpectMsgAsync<JournalReadiness>()).Ready);
        Advance(s_interval);
        var second = await BeatAsync();
        Assert.Equal((first.PersistenceId, first.SequenceNr), (second.PersistenceId, second.SequenceNr));
        Assert.True((await AskAsync()).Ready);
        Assert.False(_changes.HasMessages); // nothing changed
    }

    [Fact]
    public async Task Guard_StoreNeverAnswers_IsNotReadyAfterTheDeadlineAndTriesAgain()
    {
        await BeatAsync();
        Assert.True((await _changes.ExpectMsgAsync<JournalReadiness>()).Ready);
        Advance(s_interval);
        await _store.ExpectMsgAsync<SaveSnapshot>();
        await AskAsync(); // the guard has set its deadline
        _time.Advance(s_deadline);
        Advance(s_deadline);
        var overdue = await _changes.ExpectMsgAsync<JournalReadiness>();
        Assert.Equal((false, "the journal has not answered for 2 s", _time.GetUtcNow()), (overdue.Ready, overdue.Reason, overdue.Since));
        Assert.Equal(overdue, await AskAsync());
        Advance(s_interval);
        await BeatAsync();
        Assert.True((await _changes.ExpectMsgAsync<JournalReadiness>()).Ready);
    }

    [Fact]
    public async Task Guard_StoreFails_SaysWhy()
    {
        var save = await _store.ExpectMsgAsync<SaveSnapshot>();
        _guard.Tell(new SaveSnapshotFailure(save.Metadata, new IOException("disk is full")));
        var failed = await _changes.ExpectMsgAsync<JournalReadiness>();
        Assert.Equal((false, "the journal cannot write: disk is full"), (failed.Ready, failed.Reason));
    }

    Task<JournalReadiness> AskAsync() => _guard.Ask<JournalReadiness>(new GetJournalReadiness(), RemainingOrDefault);

    async Task<SnapshotMetadata> BeatAsync()
    {
        var save = await _store.ExpectMsgAsync<SaveSnapshot>();
        _guard.Tell(new SaveSnapshotSuccess(save.Metadata));
        await AskAsync(); // the guard has set its timers
        return save.Metadata;
    }

    void Advance(TimeSpan span) => ((TestScheduler)Sys.Scheduler).Advance(span);
}
