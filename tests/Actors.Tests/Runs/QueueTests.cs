using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Actors.Tests.Runs.Auditing;
using ActorRlhf.Actors.Tests.Storage;
using Akka.Actor;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>A run that has to wait is in the log before it begins, and ends as one that did not.</summary>
public sealed class QueueTests
{
    static readonly RunId s_run = RunId.Parse("run"), s_fork = RunId.Parse("fork");

    /// <summary>The data directory of a run that waited and was trained, for those who forge a copy.</summary>
    static readonly Lazy<Task<string>> s_begun = new(async () =>
    {
        await using var host = await RunsHost.StartAsync();
        host.Queue(new LaunchRun(s_run, Some.Recipe().ToYaml()));
        await RunAsync(host, new ContinueRun(s_run, [], "test"));
        return host.Directory;
    });

    [Fact]
    public async Task QueueThenContinueInAnotherHost_EndsAsARunThatDidNotWait()
    {
        var sound = await SoundRun.Of(Some.Recipe());
        var directory = Temporary.NewDirectory();
        await using (var first = await RunsHost.StartAsync(directory))
        {
            var queued = first.Queue(new LaunchRun(s_run, Some.Recipe().ToYaml()), priority: 7);
            Assert.Equal((RunStatus.Queued, true, 1), (queued.State.Status, queued.State.IsWaiting, queued.Head.Sequence));
            Assert.Equal(("alice", 7), (queued.State.Queued!.By, queued.State.Queued.Priority));
            Assert.Null(RunAudit.Of(DataDirectory.OpenForReading(directory).Store, s_run).FirstBad);
        }
        await using var host = await RunsHost.StartAsync(directory);

        var ended = await RunAsync(host, new ContinueRun(s_run, ["evaluation.prompts=9"], "test"));

        Assert.Equal((RunStatus.Completed, sound.Trajectory), (ended.State.Status, ended.Trajectory));
        Assert.Equal(["run.queued/1", .. sound.Manifests], host.Read("run").Training().Select(read => read.Manifest));
        Assert.Contains("prompts: 9", ended.State.Started!.Recipe);
        await AssertSoundAsync(host, s_run);
    }

    [Fact]
    public async Task QueueFork_LeavesItsParentWhereItWasTold()
    {
        await using var host = await RunsHost.StartAsync();
        var parent = await host.TrainAsync("run", Some.Recipe());
        var queued = host.Queue(new ForkRun(s_fork, "run", 3, ["kl.coefficient=0.2"]));
        Assert.Equal((RunStatus.Queued, 3, ("run", 3)), (queued.State.Status, queued.State.Step, Left(queued.State)));

        var ended = await RunAsync(host, new ContinueRun(s_fork, [], "test"));

        var alike = await RunAsync(host, new ForkRun(RunId.Parse("alike"), "run", 3, ["kl.coefficient=0.2"]));
        Assert.Equal((RunStatus.Completed, alike.Trajectory), (ended.State.Status, ended.Trajectory));
        Assert.NotEqual(parent.Trajectory, ended.Trajectory);
        Assert.Equal(alike.State.Hash(), ended.State.Hash());
        await AssertSoundAsync(host, s_fork);
    }

    [Fact]
    public async Task ForkOfARunThatHadWaited_HasNotWaitedItself()
    {
        await using var host = await RunsHost.StartAsync();
        host.Queue(new LaunchRun(s_run, Some.Recipe().ToYaml()));
        var parent = await RunAsync(host, new ContinueRun(s_run, [], "test"));

        var fork = await RunAsync(host, new ForkRun(s_fork, "run", 2, []));

        Assert.Equal((parent.Trajectory, null), (fork.Trajectory, fork.State.Queued));
        await AssertSoundAsync(host, s_fork);
    }

    [Fact]
    public async Task Export_RunThatWaits_CanBeginElsewhere()
    {
        var file = Path.Combine(Temporary.NewDirectory(), "run.zip");
        await using (var host = await RunsHost.StartAsync())
        {
            await host.TrainAsync("run", Some.Recipe());
            host.Queue(new ForkRun(s_fork, "run", 2, []));
            using var data = DataDirectory.OpenForReading(host.Directory);
            RunArchive.Export(data.Store, s_fork, file);
        }
        var target = Path.Combine(Temporary.NewDirectory(), "data");
        RunArchive.Import(file, target, force: false, TimeProvider.System);
        await using var other = await RunsHost.StartAsync(target);

        var ended = await RunAsync(other, new ContinueRun(s_fork, [], "test"));

        Assert.Equal((RunStatus.Completed, (await SoundRun.Of(Some.Recipe())).Trajectory), (ended.State.Status, ended.Trajectory));
        await AssertSoundAsync(other, s_fork);
    }

    public static TheoryData<string, RejectionKind, string> Refused => new()
    {
        { "no recipe", RejectionKind.Invalid, "the recipe of run new:" },
        { "no model", RejectionKind.Invalid, "policy.path" },
        { "no parent", RejectionKind.NotFound, "there is no run 'nobody'" },
        { "no such step", RejectionKind.NotFound, "step 99" },
        { "taken", RejectionKind.Impossible, "there is or was a run run" },
    };

    [Theory, MemberData(nameof(Refused))]
    public async Task Queue_WhatCouldNotBegin_IsRejectedAndStoresNothing(string what, RejectionKind kind, string reason)
    {
        await using var host = await RunsHost.StartAsync();
        var before = host.Queue(new LaunchRun(s_run, Some.Recipe().ToYaml()));
        var id = RunId.Parse("new");

        BeginRun wanted = what switch
        {
            "no recipe" => new LaunchRun(id, "name: x\nrl: [1, 2]\n"),
            "no model" => new LaunchRun(id, "name: x\npolicy:\n  path: /no/such/folder\n"),
            "no parent" => new ForkRun(id, "nobody", 1, []),
            "no such step" => new ForkRun(id, "run", 99, []),
            _ => new LaunchRun(s_run, Some.Recipe().ToYaml()),
        };

        var rejected = Refusal.Of(id, Record.Exception(() => host.Queue(wanted))!);

        Assert.Equal(kind, rejected.Kind);
        Assert.Contains(reason, rejected.Reason);
        Assert.Empty(host.Streams("new").Training());
        Assert.Equal(before.Head, host.Read("run").Head);
    }

    [Fact]
    public async Task ForRun_RunThatWaits_IsNotPaused()
    {
        await using var host = await RunsHost.StartAsync();
        host.Queue(new LaunchRun(s_run, Some.Recipe().ToYaml()));

        var reply = await host.AskAsync("run", new PauseRun("test"));

        Assert.Equal("the run is queued, and nobody works at it; it has to be let go on first", Assert.IsType<Rejected>(reply).Reason);
    }

    [Fact]
    public async Task Stop_RunThatWaits_IsOverAndCannotBegin()
    {
        await using var host = await RunsHost.StartAsync();
        host.Queue(new LaunchRun(s_run, Some.Recipe().ToYaml()));

        var stopped = Assert.IsType<RunView>(await host.AskAsync("run", new StopRun("alice")));
        var again = Assert.IsType<RunView>(await host.AskAsync("run", new StopRun("alice")));
        var begun = await host.Runs.Ask<object>(new ContinueRun(s_run, [], "test"), RunsHost.Patience);

        Assert.Equal((RunStatus.Stopped, stopped.Head), (stopped.State.Status, again.Head));
        Assert.Contains("run run is stopped (alice) and cannot go on", Assert.IsType<Rejected>(begun).Reason);
        Assert.Equal(["run.queued/1", "run.stopped/1"], host.Read("run").Training().Select(read => read.Manifest));
        using var data = DataDirectory.OpenForReading(host.Directory);
        Assert.Null(RunAudit.Of(data.Store, s_run).FirstBad);
    }

    /// <summary>Whoever asks for a waiting run as for a new one, or with another recipe, leaves nothing behind in its way.</summary>
    [Fact]
    public async Task Launch_RunThatWaits_IsRefusedAndItBeginsAllTheSame()
    {
        await using var host = await RunsHost.StartAsync();
        await host.TrainAsync("run", Some.Recipe());
        host.Queue(new ForkRun(s_fork, "run", 2, []));

        var launched = await host.Runs.Ask<object>(new LaunchRun(s_fork, Some.Recipe().ToYaml()), RunsHost.Patience);
        var prepared = await host.Runs.Ask<object>(RunsHost.Prepared("fork", Some.Recipe()), RunsHost.Patience);
        var other = await host.Runs.Ask<object>(new ContinueRun(s_fork, ["rl.learningRate=0.5"], "test"), RunsHost.Patience);

        Assert.Contains("there is or was a run fork", Assert.IsType<Rejected>(launched).Reason);
        Assert.Contains("another run", Assert.IsType<Rejected>(prepared).Reason);
        Assert.Contains("rl.learningRate", Assert.IsType<Rejected>(other).Reason);
        var ended = await RunAsync(host, new ContinueRun(s_fork, [], "test"));
        Assert.Equal((RunStatus.Completed, (await SoundRun.Of(Some.Recipe())).Trajectory), (ended.State.Status, ended.Trajectory));
        await AssertSoundAsync(host, s_fork);
    }

    [Fact]
    public async Task Delete_RunWhosePolicyAWaitingOneTakes_IsRefused()
    {
        await using var host = await RunsHost.StartAsync();
        await host.TrainAsync("run", Some.Recipe());
        var recipe = Some.Recipe() with { Policy = new PolicyRecipe { Path = "run:run@4" } };
        var waits = host.Queue(new LaunchRun(RunId.Parse("waits"), recipe.ToYaml()));
        var store = host.Data.Store;

        var kept = Assert.Throws<RunKeptException>(() => RunDeletion.Delete(store, s_run, force: true, "test", TimeProvider.System));

        Assert.Contains("waits, which has no copy of it yet, begins with its policy", kept.Message);
        Assert.Equal("run:run@4", waits.Recipe.Policy.Path);
        RunDeletion.Delete(store, waits.Id, force: true, "test", TimeProvider.System);
        RunDeletion.Delete(store, s_run, force: true, "test", TimeProvider.System);
    }

    /// <summary>Between the look at a run and the transaction that needs it, somebody else may be faster.</summary>
    [Theory]
    [OnBothStores(true)]
    [OnBothStores(false)]
    public async Task ForkAndDeletion_InTheSameMoment_TheSecondIsRefused(bool isForkFirst, StoreKind kind)
    {
        await using var host = await RunsHost.StartAsync(Stores.Make(kind));
        await host.TrainAsync("run", Some.Recipe());
        var store = host.Data.Store;
        void Delete(TimeProvider time) => RunDeletion.Delete(store, s_run, force: true, "test", time);
        void Fork(TimeProvider time) => new RunQueue(store, time).Add(new ForkRun(s_fork, "run", 2, []), "alice", 0);

        if (isForkFirst) Assert.Throws<RunKeptException>(() => Delete(new Meanwhile(() => Fork(TimeProvider.System))));
        else Assert.Throws<RunDeletedException>(() => Fork(new Meanwhile(() => Delete(TimeProvider.System))));

        Assert.Equal(isForkFirst, new RunReader(store).Has(s_run));
        Assert.Equal(isForkFirst, new RunReader(store).Has(s_fork));
    }

    /// <summary>A clock that lets something happen when it is asked for the first time: as a transaction begins.</summary>
    sealed class Meanwhile(Action happen) : TimeProvider
    {
        Action? _happen = happen;

        public override DateTimeOffset GetUtcNow()
        {
            Interlocked.Exchange(ref _happen, null)?.Invoke();
            return base.GetUtcNow();
        }
    }

    /// <summary>What the insider tells of a run that waited, and the first event that the audit must name.</summary>
    public static TheoryData<string, long> Lies => new()
    {
        { "another recipe was asked for", 2 },
        { "its text is another than its hash", 1 },
        { "its identity is another", 1 },
        { "it was asked for twice", 2 },
    };

    [Theory, MemberData(nameof(Lies))]
    public async Task Audit_LieAboutTheQueue_IsFound(string lie, long blamed)
    {
        using var copy = new Forgery(await s_begun.Value, s_run);
        Assert.Null(copy.Audit().FirstBad);
        var (first, other) = (copy.Training()[0], RunFacts.Queued(Some.Recipe("seed=99"), null, "alice", 0));
        switch (lie)
        {
            case "another recipe was asked for":
                copy.Lie(first, (RunQueued _) => other);
                break;
            case "its text is another than its hash":
                copy.Lie(first, (RunQueued queued) => queued with { Recipe = other.Recipe });
                break;
            case "its identity is another":
                copy.Lie(first, (RunQueued queued) => queued with { Identity = other.Identity });
                break;
            default:
                copy.Insert(first.Stream, 2, first.Stored);
                copy.Reseal(first.Stream, fact => fact);
                break;
        }

        var found = copy.Audit().FirstBad;

        Assert.Equal((s_run.TrainingStream, blamed), (found?.Stream, found?.Sequence));
    }

    /// <summary>What <c>docs/audit.md</c> says that it cannot find: nothing was made of it.</summary>
    [Fact]
    public async Task Audit_WhoAskedOrThatItWaited_IsNotFound()
    {
        using var other = new Forgery(await s_begun.Value, s_run);
        using var silent = new Forgery(await s_begun.Value, s_run);

        other.Lie(other.Training()[0], (RunQueued queued) => queued with { By = "mallory", Priority = 9 });
        silent.Remove(silent.Training()[0]);
        silent.SetEpochs(s_run.TrainingStream, _ => 1);

        Assert.Equal((null, null), (other.Audit().FirstBad, silent.Audit().FirstBad));
    }

    static (string, int) Left(RunState state) => (state.Parent!.Run, state.Parent.Step);

    static async Task<RunView> RunAsync(RunsHost host, RunLaunch launch)
    {
        var news = host.News(launch.Run);
        Assert.IsType<RunView>(await host.Runs.Ask<object>(launch, RunsHost.Patience));
        return (await news.NextAsync<RunEnded>()).View;
    }

    /// <summary>Audits, replays and executes again what was made of a run that waited.</summary>
    static async Task AssertSoundAsync(RunsHost host, RunId run)
    {
        using var data = DataDirectory.OpenForReading(host.Directory);
        Assert.Null(RunAudit.Of(data.Store, run).FirstBad);
        Assert.True(RunReplay.Of(host.Streams(run.Value)).EqualsCompleted);
        var record = host.Read(run.Value);
        await new WholeRecomputation(record, acceptBuild: false).ExecuteAsync(null, null, CancellationToken.None);
    }
}
