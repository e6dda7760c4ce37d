using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using Akka.Actor;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>Commands that come twice, too late, or at the worst moment.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task ForRun_UnknownRun_IsRejectedAndStoresNothing()
    {
        await using var host = await RunsHost.StartAsync();
        await host.TrainAsync("somebody", Some.Recipe());

        var reply = await host.AskAsync("nobody", new PauseRun("test"));

        var rejected = Assert.IsType<Rejected>(reply);
        Assert.Equal(RejectionKind.NotFound, rejected.Kind);
        Assert.StartsWith("there is no run 'nobody'", rejected.Reason);
        Assert.Equal(
            ["run-somebody", "run-somebody-evaluations"],
            new JournalReader(JournalSettings.Sqlite(host.JournalFile), EventCatalogue.Known).Streams());
    }

    [Fact]
    public async Task LaunchRun_Twice_OneEventAndTheSameRun()
    {
        var gate = new Gate(step: 1);
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        var first = await host.LaunchAsync("run", Some.Recipe());
        await gate.Reached;

        var second = await host.LaunchAsync("run", Some.Recipe("compute.threads=1", "name=other"));
        var other = await host.Runs.Ask<object>(RunsHost.Prepared("run", Some.Recipe("seed=5")));
        gate.Open();

        Assert.Equal(first.State.Started!.RecipeHash, second.State.Started!.RecipeHash);
        Assert.IsType<Rejected>(other);
        await host.News(RunId.Parse("run")).NextAsync<RunEnded>();
        Assert.Single(host.Read("run").Training().Select(read => read.Event).OfType<RunStarted>());
    }

    [Fact]
    public async Task PauseAndResume_EachTwice_OneEventEachAndTheSameTrajectory()
    {
        var gate = new Gate(step: 3);
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        var news = host.News(RunId.Parse("run"));
        await host.LaunchAsync("run", Some.Recipe());
        await gate.Reached;

        var pauses = await Task.WhenAll(host.AskAsync("run", new PauseRun("one")), host.AskAsync("run", new PauseRun("two")));
        await news.NextAsync<RunEnded>();
        gate.Open();
        var late = await host.AskAsync("run", new PauseRun("three"));
        var resumes = await Task.WhenAll(host.AskAsync("run", new ResumeRun("one")), host.AskAsync("run", new ResumeRun("two")));
        await news.NextAsync<RunEnded>();

        Assert.All([.. pauses, late], reply => Assert.Equal((RunStatus.Paused, "one"), Status(reply)));
        Assert.All(resumes, reply => Assert.Equal((RunStatus.Running, null), Status(reply)));
        var events = host.Read("run").Training().Select(read => read.Event).ToList();
        Assert.Equal(new RunPaused("one"), Assert.Single(events.OfType<RunPaused>()));
        Assert.Equal(new RunResumed("one", null), Assert.Single(events.OfType<RunResumed>()));
        await AssertSoundAsync(host);
    }

    [Fact]
    public async Task Pause_ThenResumeInTheNextHost_SameTrajectory()
    {
        var gate = new Gate(step: 4);
        string directory;
        await using (var first = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate)))
        {
            directory = first.Directory;
            await first.LaunchAsync("run", Some.Recipe("checkpoint.every=100"));
            await gate.Reached;
            await first.AskAsync("run", new PauseRun("Ctrl-C"));
            gate.Open();
        }
        await using var second = await RunsHost.StartAsync(directory);
        var news = second.News(RunId.Parse("run"));

        var launched = await second.LaunchAsync("run", Some.Recipe("checkpoint.every=100"));
        Assert.Equal(RunStatus.Paused, launched.State.Status);
        await second.AskAsync("run", new ResumeRun("alice"));
        var ended = await news.NextAsync<RunEnded>();

        Assert.Equal(RunStatus.Completed, ended.View.State.Status);
        var recovered = Assert.Single(second.Read("run").Training().Select(read => read.Event).OfType<RunRecovered>());
        Assert.Equal((0, 3), (recovered.Checkpoint, recovered.StepsAgain));
        await AssertSoundAsync(second);
    }

    /// <summary>What a person asks for otherwise at <c>--resume</c> is in the log before anything is done by it, and stays.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Resume_WithOtherKeysThatDecideNoResult_IsInTheLogAndAuditsWell(bool paused)
    {
        var gate = new Gate(step: 2);
        string directory;
        await using (var first = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate)))
        {
            directory = first.Directory;
            await first.LaunchAsync("run", Some.Recipe());
            await gate.Reached;
            if (paused) await first.AskAsync("run", new PauseRun("Ctrl-C"));
            gate.OpenAtDisposal(first);
        }
        await using var second = await RunsHost.StartAsync(directory);
        var news = second.News(RunId.Parse("run"));

        await second.LaunchAsync("run", Some.Recipe("evaluation.prompts=16", "checkpoint.keep=1"));
        if (paused) await second.AskAsync("run", new ResumeRun("alice"));
        await news.NextAsync<RunEnded>();

        var run = second.Read("run");
        var changed = Assert.Single(run.Training(), read => read.Event is RecipeChanged);
        Assert.Equal([new("evaluation.prompts", "8", "16"), new("checkpoint.keep", "3", "1")], ((RecipeChanged)changed.Event).Changes);
        Assert.Equal((16, 1), (run.Recipe.Evaluation.Prompts, run.Recipe.Checkpoint.Keep));
        Assert.All(
            run.Evaluations().Where(read => read.Event is RolloutCollected { Step: > 0 }),
            read => Assert.Equal(16, ((RolloutCollected)read.Event).Lengths.Values.Length));
        Assert.Equal(paused, run.Training().Any(read => read.Event is RunResumed));
        using var data = DataDirectory.OpenForReading(directory);
        Assert.Null(RunAudit.Of(data.Store, run.Id).FirstBad);
        await AssertSoundAsync(second);
    }

    [Fact]
    public async Task HostStops_NextHostGoesOnByItself_SameTrajectory()
    {
        var gate = new Gate(step: 4);
        string directory;
        await using (var first = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate)))
        {
            directory = first.Directory;
            await first.LaunchAsync("run", Some.Recipe());
            await gate.Reached;
            gate.OpenAtDisposal(first);
        }
        await using var second = await RunsHost.StartAsync(directory);
        var news = second.News(RunId.Parse("run"));
        Assert.Equal(RunStatus.Running, (await second.LaunchAsync("run", Some.Recipe())).State.Status);
        await news.NextAsync<RunEnded>();

        var recovered = Assert.Single(second.Read("run").Training().Select(read => read.Event).OfType<RunRecovered>());
        Assert.Equal(
            ("exact", 2, 1, "the host was started again"),
            (recovered.Mode, recovered.Checkpoint, recovered.StepsAgain, recovered.Reason));
        await AssertSoundAsync(second);
    }

    [Fact]
    public async Task Pause_WhileSomeStepIsUnderWay_AndResumeAtOnce_LosesNothing()
    {
        var gate = new Gate(step: 2);
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        var news = host.News(RunId.Parse("run"));
        await host.LaunchAsync("run", Some.Recipe());
        await gate.Reached;

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => host.AskAsync("run", i % 2 == 0 ? new PauseRun($"{i}") : new ResumeRun($"{i}"))));
        gate.Open();
        await news.NextAsync<RunEnded>(ended => ended.View.State.IsTerminal);

        Assert.All(replies, reply => Assert.IsType<RunView>(reply));
        var events = host.Read("run").Training().Select(read => read.Event).ToList();
        Assert.Equal(10, events.OfType<RunPaused>().Count());
        Assert.Equal(10, events.OfType<RunResumed>().Count());
        await AssertSoundAsync(host);
    }

    [Fact]
    public async Task Stop_WhileAStepIsUnderWay_DropsItAndAnswersEveryLaterCommand()
    {
        var gate = new Gate(step: 2);
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        var news = host.News(RunId.Parse("run"));
        await host.LaunchAsync("run", Some.Recipe());
        await gate.Reached;

        var replies = await Task.WhenAll(
            host.AskAsync("run", new StopRun("bob")),
            host.AskAsync("run", new StopRun("carol")),
            host.AskAsync("run", new ResumeRun("dave")));
        gate.Open();
        await news.NextAsync<RunEnded>();

        Assert.Equal((RunStatus.Stopped, "bob"), Status(replies[0]));
        Assert.Equal((RunStatus.Stopped, "bob"), Status(replies[1]));
        Assert.IsType<Rejected>(replies[2]);
        var events = host.Read("run").Training().Select(read => read.Event).ToList();
        Assert.Equal(new RunStopped(1, "bob"), events[^1]);
        Assert.Equal(1, events.OfType<RolloutCollected>().Last().Step);
    }

    [Fact]
    public async Task LaunchRun_ThatHasEnded_TellsItsEndAgainAndStoresNothing()
    {
        await using var host = await RunsHost.StartAsync();
        var before = await host.TrainAsync("run", Some.Recipe());
        var news = host.News(RunId.Parse("run"));

        var view = await host.LaunchAsync("run", Some.Recipe());
        var ended = await news.NextAsync<RunEnded>();

        Assert.Equal(RunStatus.Completed, view.State.Status);
        Assert.Equal((before.Head, before.Trajectory), (ended.View.Head, ended.View.Trajectory));
        Assert.Equal(before.Head, host.Read("run").Head);
    }

    [Fact]
    public async Task LaunchRun_OfAnotherRecipeThanItBeganWith_IsRejectedAndStoresNothing()
    {
        await using var host = await RunsHost.StartAsync();
        var before = await host.TrainAsync("run", Some.Recipe());
        var other = Some.Recipe("rl.learningRate=0.001");

        var reply = await host.Runs.Ask<object>(RunsHost.Prepared("run", other), RunsHost.Patience);

        Assert.Contains("rl.learningRate=0.001", Assert.IsType<Rejected>(reply).Reason);
        Assert.Equal(before.Head, host.Read("run").Head);
        Assert.IsType<Rejected>(await host.AskAsync("run", new ResumeRun("test")));
    }

    [Fact]
    public async Task ForRun_ResultsOfAnEarlierLife_StoreNothing()
    {
        var gate = new Gate(step: 3);
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        var news = host.News(RunId.Parse("run"));
        await host.LaunchAsync("run", Some.Recipe());
        await gate.Reached;
        var events = host.Read("run").Training().Select(read => read.Event).ToList();
        var second = events
            .SkipWhile(fact => fact is not RolloutCollected { Step: 2 })
            .TakeWhile(fact => fact is not CheckpointSaved)
            .ToList();
        var head = host.Read("run").Head;

        var again = await host.AskAsync("run", new RecordStep(2, second));
        var future = await host.AskAsync("run", new RecordStep(9, second));
        var saved = await host.AskAsync("run", new RecordCheckpoint(events.OfType<CheckpointSaved>().Single(), 3));
        var sft = events.OfType<StageCompleted>().Single(done => done.Stage == "sft");
        var stage = await host.AskAsync("run", new RecordStage("sft", [sft]));
        var completed = await host.AskAsync("run", new CompleteRun(4));

        Assert.All([again, saved, stage], reply => Assert.Equal(head, Assert.IsType<RunView>(reply).Head));
        Assert.Equal("step 9 was reported, the run is at step 2; expected 3", Assert.IsType<Rejected>(future).Reason);
        Assert.Equal("the run is at step 2 of 4", Assert.IsType<Rejected>(completed).Reason);
        Assert.Equal(head, host.Read("run").Head);
        gate.Open();
        await news.NextAsync<RunEnded>();
        await AssertSoundAsync(host);
    }

    static (RunStatus, string?) Status(object reply) =>
        Assert.IsType<RunView>(reply) is var view ? (view.State.Status, view.State.Reason) : default;

    static async Task AssertSoundAsync(RunsHost host)
    {
        var (sound, run) = (await SoundRun.Of(Some.Recipe()), host.Read("run"));
        Assert.Equal((RunStatus.Completed, sound.Trajectory, sound.Weights), (run.State.Status, run.Trajectory, run.State.Weights));
    }
}
