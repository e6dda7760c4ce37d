using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;
using Akka.Actor;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>Whoever launches a run sends data; the supervisor makes of it what the run needs, or says why it cannot.</summary>
public sealed class LaunchTests
{
    static readonly RunId s_run = RunId.Parse("run");

    [Fact]
    public async Task LaunchForkContinue_ByMessagesAlone_EndAsPreparedRunsDo()
    {
        var sound = await SoundRun.Of(Some.Recipe());
        await using var host = await RunsHost.StartAsync();

        var begun = await RunAsync(host, new LaunchRun(s_run, Some.Recipe().ToYaml()));
        var fork = await RunAsync(host, new ForkRun(RunId.Parse("fork"), "run", 2, []));

        Assert.Equal((RunStatus.Completed, sound.Trajectory), (begun.State.Status, begun.Trajectory));
        Assert.Equal((RunStatus.Completed, sound.Trajectory, 2), (fork.State.Status, fork.Trajectory, fork.State.Started!.Parent!.Step));
    }

    [Fact]
    public async Task Continue_RunOfAFormerHost_GoesOnToItsEnd()
    {
        var directory = Temporary.NewDirectory();
        var gate = new Gate(step: 3);
        await using (var first = await RunsHost.StartAsync(directory, pool => new GatedChildren(pool, gate)))
        {
            gate.OpenAtDisposal(first);
            await first.LaunchAsync("run", Some.Recipe());
            await gate.Reached;
        }
        await using var host = await RunsHost.StartAsync(directory);

        var ended = await RunAsync(host, new ContinueRun(s_run, ["evaluation.prompts=9"], "test"));

        var sound = await SoundRun.Of(Some.Recipe());
        Assert.Equal((RunStatus.Completed, sound.Trajectory), (ended.State.Status, ended.Trajectory));
        Assert.Equal("evaluation.prompts", Assert.Single(ended.State.RecipeChanges).Name);
    }

    public static TheoryData<string, RejectionKind, string> Refused => new()
    {
        { "no recipe", RejectionKind.Invalid, "the recipe of run new:" },
        { "no parent", RejectionKind.NotFound, "there is no run 'nobody'" },
        { "no such step", RejectionKind.NotFound, "step 99" },
        { "acts before RL", RejectionKind.Invalid, "pretrain.steps" },
        { "is over", RejectionKind.Failed, "run run is completed and cannot go on" },
        { "another result", RejectionKind.Invalid, "rl.learningRate" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Launch_CannotBePrepared_IsRejectedWithTheReasonAndStoresNothing(string what, RejectionKind kind, string reason)
    {
        var directory = Temporary.NewDirectory();
        var gate = new Gate(step: 3, run: "cut");
        await using (var first = await RunsHost.StartAsync(directory, pool => new GatedChildren(pool, gate)))
        {
            gate.OpenAtDisposal(first);
            await first.TrainAsync("run", Some.Recipe());
            await first.LaunchAsync("cut", Some.Recipe());
            await gate.Reached;
        }
        await using var host = await RunsHost.StartAsync(directory);
        var id = RunId.Parse("new");
        var before = host.Read("cut").Head;

        var reply = await host.Runs.Ask<object>(what switch
        {
            "no recipe" => new LaunchRun(id, "name: x\nrl: [1, 2]\n"),
            "no parent" => new ForkRun(id, "nobody", 1, []),
            "no such step" => new ForkRun(id, "run", 99, []),
            "acts before RL" => new ForkRun(id, "run", 2, ["pretrain.steps=3"]),
            "is over" => new ContinueRun(s_run, [], "test"),
            _ => new ContinueRun(RunId.Parse("cut"), ["rl.learningRate=0.5"], "test"),
        }, RunsHost.Patience);

        var rejected = Assert.IsType<Rejected>(reply);
        Assert.Equal(kind, rejected.Kind);
        Assert.Contains(reason, rejected.Reason);
        Assert.Empty(host.Streams("new").Training());
        Assert.Equal(before, host.Read("cut").Head);
    }

    [Fact]
    public async Task ForRun_RunIsOver_IsKnown()
    {
        var directory = Temporary.NewDirectory();
        await using (var first = await RunsHost.StartAsync(directory)) await first.TrainAsync("run", Some.Recipe());
        await using var host = await RunsHost.StartAsync(directory);

        var paused = await host.AskAsync("run", new PauseRun("test"));
        var completed = await host.AskAsync("run", new CompleteRun(4));

        Assert.Equal(new Rejected(s_run, "the run is completed"), paused);
        Assert.Equal(RunStatus.Completed, Assert.IsType<RunView>(completed).State.Status);
    }

    [Fact]
    public async Task ForRun_DeadlineHasPassed_IsNeverCarriedOut()
    {
        var gate = new Gate(step: 2);
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        var news = host.News(s_run);
        await host.LaunchAsync("run", Some.Recipe());
        await gate.Reached;

        var late = await host.Runs.Ask<object>(
            new Live.Supervision.ForRun(s_run, new PauseRun("late"), DateTimeOffset.UtcNow.AddSeconds(-1)), RunsHost.Patience);
        gate.Open();

        Assert.IsType<Live.Journal.PersistFailed>(late);
        Assert.Equal(RunStatus.Completed, (await news.NextAsync<RunEnded>()).View.State.Status);
        Assert.DoesNotContain(host.Read("run").Training(), read => read.Event is RunPaused);
    }

    static async Task<RunView> RunAsync(RunsHost host, RunLaunch launch)
    {
        var news = host.News(launch.Run);
        Assert.IsType<RunView>(await host.Runs.Ask<object>(launch, RunsHost.Patience));
        return (await news.NextAsync<RunEnded>()).View;
    }
}
