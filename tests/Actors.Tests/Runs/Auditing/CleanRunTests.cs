using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>No false alarm on what real training wrote, whatever the recipe.</summary>
public sealed class CleanRunTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
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

    [Theory]
    [InlineData("reward.aggregation=uncertainty-weighted", "kl.controller=adaptive", "kl.horizon=20", "rl.rewardClip=0.5", "rl.whitenRewards=true")]
    [InlineData("reward.aggregation=worst-case", "rl.missingEos=replace", "rl.minibatches=4", "rl.dualClip=3", "rl.lossAggregation=dr-grpo")]
    public Task Audit_OtherRules_RaisesNoAlarm(params string[] overrides) => TrainAndAuditAsync(overrides);

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
        Assert.Contains("kl.estimator: 'k3' is not k1", Assert.Throws<RecipeException>(() => ForkRecipe.Of(run, 2, ["kl.estimator=k3"])).Message, StringComparison.Ordinal);
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
    public Task Audit_RunOfAnyRecipe_RaisesNoAlarm(params string[] overrides) => TrainAndAuditAsync(overrides);

    [Theory]
    [InlineData("skip", "value-nan")]
    [InlineData("skip", "advantage-nan")]
    [InlineData("skip", "empty")]
    [InlineData("rollback", "reward-nan")]
    [InlineData("rollback", "advantage-nan")]
    [InlineData("rollback", "weights-nan")]
    [InlineData("stop", "reward-nan")]
    public Task Audit_StepNotApplied_RaisesNoAlarm(string rule, string fault) => TrainAndAuditAsync(
        [$"rl.onNonFinite={rule}", "evaluation.prompts=9", "evaluation.every=100", "kl.controller=adaptive", "kl.horizon=20"],
        pool => new FalsifiedChildren(new RunChildrenFactory(pool), Falsified.Request(fault, step: 3), Falsified.Answer(fault, step: 3)));

    [Fact]
    public Task Audit_RunThatRecovered_RaisesNoAlarm() => TrainAndAuditAsync([], workers => new FaultyChildren(workers, new Fault("UpdatePolicy", at: 3)), Fault.Run);

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
        var gate = new Gate(step: 3);
        string folder;
        await using (var first = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate)))
        {
            folder = first.Directory;
            gate.OpenAtDisposal(first);
            await first.LaunchAsync("run", Some.Recipe());
            await gate.Reached;
        }
        await using var second = await RunsHost.StartAsync(folder);
        await second.TrainAsync("run", Some.Recipe($"evaluation.prompts={prompts}"));
        using var data = DataDirectory.OpenForReading(folder);

        var rollouts = second.Read("run").Evaluations().Select(read => read.Event).OfType<RolloutCollected>();
        Assert.Equal([8, 8, prompts], rollouts.Select(rollout => rollout.Lengths.Values.Length));
        Assert.Null(RunAudit.Of(data.Store, RunId.Parse("run")).FirstBad);
    }

    [Theory]
    [InlineData("evaluation.prompts=5")]
    [InlineData("rl.episodes=12", "evaluation.every=1", "sampling.temperature=0.9")]
    public async Task Audit_ForkThatDrawsMoreOrFewerPrompts_RaisesNoAlarm(params string[] overrides)
    {
        await using var host = await RunsHost.StartAsync();
        var parent = await host.TrainAsync("parent", Some.Recipe());
        var recipe = ForkRecipe.Of(parent, 2, overrides);
        await host.TrainAsync("child", recipe, StoredWorld.Of(parent, recipe), await host.LeaveAsync(parent, 2, recipe));
        using var data = DataDirectory.OpenForReading(host.Directory);

        Assert.Null(RunAudit.Of(data.Store, RunId.Parse("child")).FirstBad);
    }

    static async Task TrainAndAuditAsync(string[] overrides, Func<ComputePool, IRunChildrenFactory>? children = null, string run = "audited")
    {
        string folder;
        await using (var host = await RunsHost.StartAsync(children: children))
        {
            folder = host.Directory;
            await host.TrainAsync(run, Some.Recipe(overrides));
        }
        using var data = DataDirectory.OpenForReading(folder);

        Assert.Null(RunAudit.Of(data.Store, RunId.Parse(run)).FirstBad);
    }
}
