using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Tests.Storage;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>The queue of a long-lived host while its journal's database does not do as it should.</summary>
public sealed class RunSchedulerTests
{
    static readonly RunId s_first = RunId.Parse("first"), s_second = RunId.Parse("second"), s_third = RunId.Parse("third");

    [PostgresFact]
    public async Task Fill_ServerIsAwayWhenTheTurnComes_KeepsTheOrderAndGoesOnWhenItIsBack()
    {
        using var server = new PostgresServer();
        await using var host = await StartAsync(server);
        Scheduler(host).Tell(new CloseQueue("not yet"));
        await SubmitAsync(host, s_first, s_second);
        var (first, second) = (host.News(s_first), host.News(s_second));
        server.Stop();

        Scheduler(host).Tell(new CloseQueue(null));

        var away = await UntilAsync(host, schedule => schedule is { Active: [], Closed: not null and not "not yet" });
        Assert.Contains("The database is busy or away; try again", away.Closed);
        Assert.Equal([s_first, s_second], away.Waiting);
        Assert.Empty(away.Held);
        server.Start();
        await first.NextAsync<RunEnded>();
        await second.NextAsync<RunEnded>();
        var (one, two) = (host.Read("first"), host.Read("second"));
        Assert.True(one.LastWritten <= two.Began, $"the first ended {one.LastWritten:O}, the second began {two.Began:O}");
    }

    [PostgresFact]
    public async Task Command_ServerIsAway_IsUnavailableAndTheRunWaitsOn()
    {
        using var server = new PostgresServer();
        await using var host = await StartAsync(server);
        Scheduler(host).Tell(new CloseQueue("not yet"));
        await SubmitAsync(host, s_first, s_second);
        server.Stop();

        var refused = await Scheduler(host).Ask<object>(new ForRun(s_second, new PauseRun("test")), RunsHost.Patience);

        Assert.Equal(RejectionKind.Unavailable, Assert.IsType<Rejected>(refused).Kind);
        await UntilAsync(host, schedule => !schedule.Waiting.Contains(s_second));
        server.Start();
        var back = await UntilAsync(host, schedule => schedule.Waiting.Count == 2);
        Assert.Equal([s_first, s_second], back.Waiting);
        Assert.Empty(back.Held);
    }

    [Fact]
    public async Task Launch_RunIsStartedAgainByItsSupervisor_KeepsItsPlaceAndIsAskedOnceMore()
    {
        var (host, supervisor) = await StartAsync(s_first, s_second);
        await using var _ = host;
        Assert.Equal(s_first, (await supervisor.ExpectMsgAsync<ContinueRun>(RunsHost.Patience)).Run);

        supervisor.Reply(new Rejected(s_first, "its actor has stopped and is started again", RejectionKind.StartsAgain));

        Assert.Equal(s_first, (await supervisor.ExpectMsgAsync<ContinueRun>(RunsHost.Patience)).Run);
        var schedule = await UntilAsync(host, _ => true);
        Assert.Equal([s_first], schedule.Active);
        Assert.Equal([s_second], schedule.Waiting);
        Assert.Empty(schedule.Held);
        supervisor.Reply(new Rejected(s_first, "not for a person's sake"));
        Assert.Equal(s_second, (await supervisor.ExpectMsgAsync<ContinueRun>(RunsHost.Patience)).Run);
        Assert.Equal([s_first], (await UntilAsync(host, _ => true)).Held.Keys);
    }

    [Fact]
    public async Task Launch_WhatTheRunNeedsIsMissing_IsHeldAndOthersGoOn()
    {
        var (host, supervisor) = await StartAsync(s_first, s_second);
        await using var _ = host;
        Assert.Equal(s_first, (await supervisor.ExpectMsgAsync<ContinueRun>(RunsHost.Patience)).Run);

        supervisor.Reply(new Rejected(s_first, "its file is gone", RejectionKind.NotFound));

        Assert.Equal(s_second, (await supervisor.ExpectMsgAsync<ContinueRun>(RunsHost.Patience)).Run);
        var schedule = await UntilAsync(host, one => one.Held.Count > 0);
        Assert.Equal("its file is gone", schedule.Held[s_first]);
        Assert.Empty(schedule.Waiting);
    }

    /// <summary>A run that is told to go on before it has come to rest says afterwards that it rests.</summary>
    [Fact]
    public async Task RunAtWork_OfARunThatWasThoughtToRest_CountsAsWorkedAt()
    {
        var (host, supervisor) = await StartAsync(s_first, s_second, s_third);
        await using var _ = host;
        await supervisor.ExpectMsgAsync<ContinueRun>(RunsHost.Patience);
        var view = new RunView(s_first, host.Read("first").State with { Status = RunStatus.Running }, default, default);
        supervisor.Reply(view);
        host.System.EventStream.Publish(new RunEnded(view));
        await supervisor.ExpectMsgAsync<ContinueRun>(RunsHost.Patience);
        supervisor.Reply(view with { Run = s_second });

        host.System.EventStream.Publish(new RunAtWork(s_first));
        host.System.EventStream.Publish(new RunEnded(view with { Run = s_second }));

        var schedule = await UntilAsync(host, one => !one.Active.Contains(s_second));
        Assert.Equal([s_first], schedule.Active);
        Assert.Equal([s_third], schedule.Waiting);
    }

    /// <summary>A host whose scheduler speaks to a supervisor of the test.</summary>
    static async Task<(RunsHost Host, TestProbe Supervisor)> StartAsync(params RunId[] queued)
    {
        var host = await RunsHost.StartAsync();
        foreach (var run in queued) host.Queue(new LaunchRun(run, Some.Recipe().ToYaml()));
        var supervisor = new TestKit(host.System).CreateTestProbe();
        var desk = new RunDesk(
            host.Data.Store, TimeProvider.System, memory: null, Logging.GetLogger(host.System, "desk"), host.System.EventStream);
        host.System.ActorOf(RunScheduler.Props(host.Data.Store, desk, supervisor, new Scheduling(AtOnce: 1)), "scheduler");
        return (host, supervisor);
    }

    static async Task<RunsHost> StartAsync(PostgresServer server)
    {
        var directory = Temporary.NewDirectory();
        DataDirectory.OpenForWriting(directory, TimeProvider.System, server.NewDatabase()).Dispose();
        return await RunsHost.StartAsync(directory, scheduling: new Scheduling(AtOnce: 1));
    }

    static ActorSelection Scheduler(RunsHost host) => host.System.ActorSelection("/user/scheduler");

    static async Task SubmitAsync(RunsHost host, params RunId[] runs)
    {
        foreach (var run in runs)
            Assert.IsType<Submitted>(await Scheduler(host).Ask<object>(
                new SubmitRun(new LaunchRun(run, Some.Recipe("rl.steps=1").ToYaml()), "alice", 0), RunsHost.Patience));
    }

    static async Task<Schedule> UntilAsync(RunsHost host, Func<Schedule, bool> isThere)
    {
        using var patience = new CancellationTokenSource(RunsHost.Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var schedule = await Scheduler(host).Ask<Schedule>(new GetSchedule(), RunsHost.Patience);
            if (isThere(schedule)) return schedule;
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }
}
