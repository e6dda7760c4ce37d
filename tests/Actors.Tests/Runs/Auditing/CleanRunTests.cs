using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Numerics;
using Xunit.Abstractions;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>No false alarm on what real training wrote, whatever the recipe.</summary>
public sealed class CleanRunTests(TrainedRun trained, CourteousRun courteous, DialogueRun dialogues, ITestOutputHelper output)
    : IClassFixture<TrainedRun>, IClassFixture<CourteousRun>, IClassFixture<DialogueRun>
{
    static readonly RunId s_run = RunId.Parse("run");

    static readonly string[][] s_recipes =
    [
        [],
        ["seed=2"],
        ["seed=18446744073709551615", "compute.threads=1"],
        ["reward.aggregation=single", "reward.members=1"],
        [
            "reward.aggregation=uncertainty-weighted", "kl.controller=adaptive", "kl.horizon=20", "rl.rewardClip=0.5",
            "rl.whitenRewards=true",
        ],
        ["reward.aggregation=worst-case", "rl.missingEos=replace", "rl.minibatches=4", "rl.dualClip=3", "rl.lossAggregation=dr-grpo"],
        ["rl.gamma=0.9", "rl.lambda=0.5", "rl.learningRateFinal=1", "rl.lossAggregation=seq-mean-token-sum"],
        ["checkpoint.every=1", "checkpoint.keep=1", "checkpoint.sftEvery=13", "evaluation.every=1"],
        ["sampling.temperature=0.7", "compute.sampler=torch"],
    ];

    /// <summary>Of the run at a place in the list of those before, after a step; the last one is a fork's fork.</summary>
    static readonly (int Parent, int Step, string[] Overrides)[] s_forks =
    [
        (0, 2, ["evaluation.prompts=5"]),
        (0, 2, ["rl.episodes=12", "evaluation.every=1", "sampling.temperature=0.9"]),
        (s_recipes.Length, 3, ["kl.coefficient=0.1"]),
    ];

    static readonly (string Rule, string Fault)[] s_notApplied =
    [
        ("skip", "value-nan"), ("skip", "advantage-nan"), ("skip", "empty"),
        ("rollback", "reward-nan"), ("rollback", "advantage-nan"), ("rollback", "weights-nan"),
        ("stop", "reward-nan"),
    ];

    [Fact]
    public void Audit_RunAsItWasWritten_IsWellAndCountsWhatItChecked()
    {
        using var copy = trained.Copy();

        var report = copy.Audit(trained.Head);

        Assert.Null(report.FirstBad);
        Assert.Equal((trained.Head, 4, 3), (report.Head, report.Steps, report.Evaluations));
        Assert.Equal([copy.Training().Length, copy.Evaluations().Length], report.Streams.Select(stream => stream.Events));
        Assert.Equal(copy.Data.Artefacts.List().Count(), report.Artefacts);
    }

    /// <summary>Runs of as many kinds as there are: of other recipes and worlds, forks, taken up again, with steps left out.</summary>
    [Fact]
    public async Task Audit_TwentyRunsAndMore_RaisesNoAlarm()
    {
        List<(string Folder, RunId Run)> runs =
        [
            (trained.Folder, TrainedRun.Id), (courteous.Folder, CourteousRun.Id), (dialogues.Folder, DialogueRun.Id),
            .. await OfManyRecipesAsync(), await RecoveredAsync(), await PausedAndResumedAsync(), (await TakenUpAsync(prompts: 6), s_run),
        ];
        foreach (var (rule, fault) in s_notApplied) runs.Add(await NotAppliedAsync(rule, fault));

        var alarms = new List<AuditFinding>();
        var (heads, records) = (new HashSet<StreamHead>(), new List<RunRecord>());
        foreach (var (folder, run) in runs)
        {
            using var data = DataDirectory.OpenForReading(folder);
            var report = RunAudit.Of(data.Store, run);
            if (report.FirstBad is { } alarm) alarms.Add(alarm);
            heads.Add(report.Head);
            records.Add(new RunReader(data.Store).Read(run));
        }

        var forks = records.Count(run => run.State.Started!.Parent is not null);
        var (goneOn, leftOut) = (records.Count(Has<RunResumed, RunRecovered>), records.Count(Has<StepSkipped, StepRolledBack>));
        output.WriteLine($"{heads.Count} clean runs: {forks} forks, {goneOn} resumed or recovered, {leftOut} with a step left out");
        Assert.Empty(alarms);
        Assert.Equal((25, 3, 3, 8), (heads.Count, forks, goneOn, leftOut));
    }

    /// <summary>No new run may begin with k3, but one that did is read, replayed, forked and audited for ever.</summary>
    [Fact]
    public async Task Audit_RunThatBeganWithK3_IsReadAndReplayedAndRaisesNoAlarm()
    {
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync("earlier", Some.RecipeWithK3("kl.controller=adaptive", "kl.horizon=20", "kl.coefficient=0.1"));
        using var data = DataDirectory.OpenForReading(host.Directory);

        Assert.Null(RunAudit.Of(data.Store, run.Id).FirstBad);
        Assert.True(RunReplay.Of(host.Streams("earlier")).EqualsCompleted);
        Assert.Equal(KlEstimator.K3, ForkRecipe.Of(run, 2, ["rl.steps=5"]).Kl.Estimator);
        var refused = Assert.Throws<RecipeException>(() => ForkRecipe.Of(run, 2, ["kl.estimator=k3"]));
        Assert.Contains("kl.estimator: 'k3' is not k1", refused.Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Category", "Nightly")]
    [InlineData("seed=1")]
    [InlineData("seed=18446744073709551615", "compute.threads=1")]
    [InlineData("reward.aggregation=single", "reward.members=1")]
    [InlineData("reward.aggregation=single", "reward.members=3")]
    [InlineData("reward.aggregation=worst-case")]
    [InlineData("reward.aggregation=uncertainty-weighted", "reward.lambda=2")]
    [InlineData("kl.controller=adaptive", "kl.target=0.01", "kl.horizon=50")]
    [InlineData("rl.rewardClip=0.1")]
    [InlineData("rl.whitenRewards=true")]
    [InlineData("rl.missingEos=replace", "rl.missingEosPenalty=2")]
    [InlineData("rl.minibatches=4", "rl.epochs=3")]
    [InlineData("rl.dualClip=1.5", "rl.learningRate=0.01")]
    [InlineData("rl.lossAggregation=seq-mean-token-mean")]
    [InlineData("rl.lossAggregation=seq-mean-token-sum")]
    [InlineData("rl.lossAggregation=dr-grpo")]
    [InlineData("rl.gamma=0.9", "rl.lambda=0.5", "rl.learningRateFinal=1")]
    [InlineData("checkpoint.every=1", "checkpoint.keep=1", "evaluation.every=1")]
    [InlineData("checkpoint.every=100", "evaluation.every=100")]
    [InlineData("checkpoint.sftEvery=13")]
    [InlineData("sampling.temperature=0.7", "compute.sampler=torch")]
    public async Task Audit_RunOfAnyRecipe_RaisesNoAlarm(params string[] overrides)
    {
        var (folder, run) = await TrainedAsync(overrides);
        using var data = DataDirectory.OpenForReading(folder);

        Assert.Null(RunAudit.Of(data.Store, run).FirstBad);
    }

    [Fact]
    public async Task Audit_WhileTheRunGoesOn_RaisesNoAlarm()
    {
        var gate = new Gate(step: 3);
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        var run = RunId.Parse("run");
        var news = host.News(run);
        await host.LaunchAsync(run.Value, Some.Recipe());
        await gate.Reached;
        using var data = DataDirectory.OpenForReading(host.Directory);

        var halfWay = RunAudit.Of(data.Store, run, beingWritten: true);
        gate.Open();
        await news.NextAsync<RunEnded>();

        Assert.Equal((null, 2), (halfWay.FirstBad, halfWay.Steps));
        Assert.Null(RunAudit.Of(data.Store, run, halfWay.Head, beingWritten: true).FirstBad);
    }

    /// <summary>Whoever takes a run up again may look at more or fewer held-out prompts, of the same draw.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(11)]
    public async Task Audit_RunTakenUpWithAnotherNumberOfPrompts_RaisesNoAlarm(int prompts)
    {
        using var data = DataDirectory.OpenForReading(await TakenUpAsync(prompts));

        var rollouts = new RunReader(data.Store).Read(s_run).Evaluations().Select(read => read.Event).OfType<RolloutCollected>();
        Assert.Equal([8, 8, prompts], rollouts.Select(rollout => rollout.Lengths.Values.Length));
        Assert.Null(RunAudit.Of(data.Store, s_run).FirstBad);
    }

    static async Task<List<(string Folder, RunId Run)>> OfManyRecipesAsync()
    {
        await using var host = await RunsHost.StartAsync();
        var runs = new List<RunRecord>();
        foreach (var overrides in s_recipes) runs.Add(await host.TrainAsync($"recipe-{runs.Count}", Some.Recipe(overrides)));
        foreach (var (parent, step, overrides) in s_forks)
        {
            var recipe = ForkRecipe.Of(runs[parent], step, overrides);
            var left = await host.LeaveAsync(runs[parent], step, recipe);
            runs.Add(await host.TrainAsync($"fork-{runs.Count}", recipe, StoredWorld.Of(runs[parent], recipe), left));
        }
        return [.. runs.Select(run => (host.Directory, run.Id))];
    }

    static Task<(string Folder, RunId Run)> NotAppliedAsync(string rule, string fault) => TrainedAsync(
        [$"rl.onNonFinite={rule}", "evaluation.prompts=9", "evaluation.every=100", "kl.controller=adaptive", "kl.horizon=20"],
        pool => Falsified.Children(pool, fault, step: 3), $"{rule}-{fault}");

    static Task<(string Folder, RunId Run)> RecoveredAsync() =>
        TrainedAsync([], pool => new FaultyChildren(pool, new Fault("UpdatePolicy", at: 3)), Fault.Run);

    static async Task<(string Folder, RunId Run)> PausedAndResumedAsync()
    {
        var gate = new Gate(step: 3);
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        var news = host.News(s_run);
        await host.LaunchAsync(s_run.Value, Some.Recipe());
        await gate.Reached;
        await host.AskAsync(s_run.Value, new PauseRun("test"));
        await news.NextAsync<RunEnded>();
        gate.Open();
        await host.AskAsync(s_run.Value, new ResumeRun("test"));
        await news.NextAsync<RunEnded>();
        return (host.Directory, s_run);
    }

    /// <summary>The data directory of a run that a second host took up in step 3, told to look at another number of prompts.</summary>
    static async Task<string> TakenUpAsync(int prompts)
    {
        var gate = new Gate(step: 3);
        string folder;
        await using (var first = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate)))
        {
            folder = first.Directory;
            gate.OpenAtDisposal(first);
            await first.LaunchAsync(s_run.Value, Some.Recipe());
            await gate.Reached;
        }
        await using var second = await RunsHost.StartAsync(folder);
        await second.TrainAsync(s_run.Value, Some.Recipe($"evaluation.prompts={prompts}"));
        return folder;
    }

    static async Task<(string Folder, RunId Run)> TrainedAsync(
        string[] overrides, Func<ComputePool, IRunChildrenFactory>? children = null, string run = "run")
    {
        await using var host = await RunsHost.StartAsync(children: children);
        return (host.Directory, (await host.TrainAsync(run, Some.Recipe(overrides))).Id);
    }

    static bool Has<T, TOr>(RunRecord run) => run.Training().Any(read => read.Event is T or TOr);
}
