using System.Threading.Channels;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Journal;
using Akka.Actor;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>A snapshot saves time. One that is missing, damaged, old or a lie costs time, and nothing else.</summary>
public sealed class SnapshotTests
{
    [Fact]
    public async Task Continue_LongRun_RecoversFromASnapshotAndGoesOn()
    {
        var directory = await LongRun.DirectoryAsync();

        var (state, readOn) = await GoOnAsync(directory);

        Assert.Equal(1_501, state.Step);
        Assert.False(readOn, "the stream was recovered from its first event");
        AssertTold(directory, state);
    }

    public static TheoryData<string, bool> Wrong => new()
    {
        { "damaged", false },
        { "of another event", false },
        { "of a later format", false },
        { "older", false },
        { "a lie", true },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Continue_SnapshotsAreWrong_CostsTimeAndNothingElse(string how, bool readOn)
    {
        var directory = await LongRun.DirectoryAsync();
        await GoOnAsync(directory);
        ChangeSnapshots(directory, how);

        var (state, again) = await GoOnAsync(directory);

        Assert.Equal((1_502, readOn), (state.Step, again));
        AssertTold(directory, state);
    }

    [Fact]
    public async Task Read_WithAndWithoutSnapshots_IsTheSame()
    {
        var directory = await LongRun.DirectoryAsync();
        var without = Read(directory);
        using (var data = DataDirectory.OpenForWriting(directory, TimeProvider.System))
            new RunSnapshots(data.Store.Journal, LongRun.Id).Make(data.Store, TimeProvider.System);

        var with = Read(directory);

        Assert.Equal(3L, Count(directory));
        Assert.Equal(without.State.ToBytes(), with.State.ToBytes());
        Assert.Equal(
            (without.Head, without.Trajectory, without.Began, without.LastWritten),
            (with.Head, with.Trajectory, with.Began, with.LastWritten));
        Assert.Equal(without.Recipe.ToYaml(), with.Recipe.ToYaml());
    }

    [Fact]
    public async Task Continue_ChainIsBrokenBeforeTheSnapshot_RunIsGivenUpNamingThePlace()
    {
        var directory = await LongRun.DirectoryAsync();
        await GoOnAsync(directory);
        JournalHost.Tamper(
            Path.Combine(directory, DataDirectory.JournalName),
            "UPDATE journal SET message = "
                + "(SELECT message FROM journal WHERE persistence_id = 'run-long' AND sequence_number = 100) "
                + "WHERE persistence_id = 'run-long' AND sequence_number = 104");
        await using var host = await RunsHost.StartAsync(directory);
        var news = host.News(LongRun.Id);

        await host.Runs.Ask<object>(new ContinueRun(LongRun.Id, [], "test"), RunsHost.Patience);
        var lost = await news.NextAsync<RunLost>();

        Assert.Contains("the chain of stream run-long is broken at sequence 104", lost.Reason);
    }

    [Fact]
    public async Task Delete_LongRun_LeavesNoSnapshot()
    {
        var directory = await LongRun.DirectoryAsync();
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System);
        new RunSnapshots(data.Store.Journal, LongRun.Id).Make(data.Store, TimeProvider.System);

        RunDeletion.Delete(data.Store, LongRun.Id, force: true, "test", TimeProvider.System);

        Assert.Equal(0L, Count(directory));
    }

    [Fact]
    public async Task Audit_SnapshotIsALie_NamesItsEvent()
    {
        var directory = await LongRun.DirectoryAsync();
        using (var data = DataDirectory.OpenForWriting(directory, TimeProvider.System))
            new RunSnapshots(data.Store.Journal, LongRun.Id).Make(data.Store, TimeProvider.System);
        ChangeSnapshots(directory, "a lie");
        using var read = DataDirectory.OpenForReading(directory);
        var snapshots = read.Store.Journal.Snapshots(LongRun.Id.TrainingStream, RunState.SnapshotKind);
        var audit = new SnapshotAudit(read.Store.Journal, LongRun.Id);

        var finding = new RunReader(read.Store).Streams(LongRun.Id).Training().Select(audit.Check).OfType<AuditFinding>().First();

        Assert.Equal((LongRun.Id.TrainingStream, snapshots[^1].Snapshot.Head.Sequence), (finding.Stream, finding.Sequence));
        Assert.Contains("another state than the events up to there come to", finding.Detail);
    }

    /// <summary>Lets the run take one more step; the state it is in then, and whether its stream was read from its beginning.</summary>
    static async Task<(RunState State, bool ReadOn)> GoOnAsync(string directory)
    {
        await using var host = await RunsHost.StartAsync(directory);
        var (news, progress) = (host.News(LongRun.Id), Channel.CreateUnbounded<StreamProgress>());
        host.System.EventStream.Subscribe(host.System.ActorOf(Props.Create(() => new Listener(progress.Writer))), typeof(StreamProgress));
        var begun = await host.Runs.Ask<RunView>(new ContinueRun(LongRun.Id, [], "test"), RunsHost.Patience);
        await news.NextAsync<StepEnded>(step => step.Step > begun.State.Step);
        var view = Assert.IsType<RunView>(await host.AskAsync(LongRun.Name, new PauseRun("test")));
        await news.NextAsync<RunEnded>();
        return (view.State, progress.Reader.TryRead(out _));
    }

    static void ChangeSnapshots(string directory, string how)
    {
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System);
        var all = data.Store.Journal.Snapshots(LongRun.Id.TrainingStream, RunState.SnapshotKind).Select(one => one.Snapshot).ToArray();
        Assert.NotEmpty(all);
        using var transaction = data.Store.Begin(TimeProvider.System);
        foreach (var one in all)
            transaction.Put(how switch
            {
                "of another event" => one with { Head = new StreamHead(one.Head.Sequence, Some.Hash("another")) },
                "of a later format" => one with { Kind = "snapshot.run/999" },
                "a lie" => one with { State = (RunState.TryParse(one.State)! with { Tokens = 1 }).ToBytes() },
                _ => one,
            });
        transaction.Commit();
        var file = Path.Combine(directory, DataDirectory.JournalName);
        if (how == "damaged")
            JournalHost.Tamper(
                file,
                "UPDATE snapshot SET snapshot = substr(snapshot, 1, 100) || x'00' || substr(snapshot, 102) "
                    + "WHERE persistence_id = 'run-long'");
        if (how == "older")
            JournalHost.Tamper(
                file,
                $"DELETE FROM snapshot WHERE persistence_id = 'run-long' AND sequence_number > {all[^1].Head.Sequence}");
    }

    /// <summary>The state is what the events come to, and their chain holds.</summary>
    static void AssertTold(string directory, RunState state)
    {
        using var data = DataDirectory.OpenForReading(directory);
        var told = new RunReader(data.Store).Streams(LongRun.Id).VerifiedTraining()
            .Aggregate(RunPoint.Empty, (point, read) => point.Add(read));
        Assert.Equal(told.State.ToCanonicalJson(), state.ToCanonicalJson());
    }

    static RunRecord Read(string directory)
    {
        using var data = DataDirectory.OpenForReading(directory);
        return new RunReader(data.Store).Read(LongRun.Id);
    }

    static object? Count(string directory) =>
        JournalHost.Query(
            Path.Combine(directory, DataDirectory.JournalName),
            "SELECT COUNT(*) FROM snapshot WHERE persistence_id = 'run-long'");

    sealed class Listener : ReceiveActor
    {
        public Listener(ChannelWriter<StreamProgress> heard) =>
            Receive<StreamProgress>(message => message.Stream == LongRun.Id.TrainingStream, message => heard.TryWrite(message));
    }
}
