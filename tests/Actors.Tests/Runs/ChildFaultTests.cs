using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Live.Workers;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Compute;
using Akka.Actor;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>A child that throws costs time and nothing else.</summary>
public sealed class ChildFaultTests
{
    [Theory]
    // SFT: the request itself, and the second chunk of it.
    [InlineData("BeginSft", 1, 0)]
    [InlineData("LearnDemonstrations", 2, 0)]
    // Rollouts: preferences, calibration, evaluation 0, step 1, step 4.
    [InlineData("Generate", 1, 0)]
    [InlineData("Generate", 2, 0)]
    [InlineData("Generate", 3, 0)]
    [InlineData("Generate", 4, 0)]
    [InlineData("Generate", 5, 0)]
    [InlineData("Generate", 9, 1)]
    // Reward models: training, scores of evaluation 0, scores of step 3 before step 2 is stored.
    [InlineData("TrainRewardModel", 2, 0)]
    [InlineData("Continue", 2, 0)]
    [InlineData("ScoreByMember", 1, 0)]
    [InlineData("ScoreByMember", 7, 0)]
    // Reference: evaluation 0, step 1, the last evaluation.
    [InlineData("MeasureReference", 1, 0)]
    [InlineData("MeasureReference", 2, 0)]
    [InlineData("MeasureReference", 7, 2)]
    // Policy: the beginning, measuring, an update behind an update that is not saved, the second checkpoint.
    [InlineData("BeginPpo", 1, 0)]
    [InlineData("Measure", 1, 0)]
    [InlineData("Measure", 4, 1)]
    [InlineData("UpdatePolicy", 2, 1)]
    [InlineData("UpdatePolicy", 3, 0)]
    [InlineData("SavePolicy", 2, 2)]
    public async Task Train_ChildThrowsOnce_EndsAsWithoutTheFault(string message, int at, int stepsAgain)
    {
        var fault = new Fault(message, at);
        await using var host = await RunsHost.StartAsync(children: pool => new FaultyChildren(pool, fault));

        var run = await host.TrainAsync(Fault.Run, Some.Recipe());

        Assert.Equal(1, fault.Strikes);
        var sound = await SoundRun.Of(Some.Recipe());
        Assert.Equal(RunStatus.Completed, run.State.Status);
        Assert.Equal((sound.Trajectory, sound.Weights), (run.Trajectory, run.State.Weights));
        var recovered = Assert.Single(run.Training().Select(read => read.Event).OfType<RunRecovered>());
        Assert.Contains($"{message} {at} is meant to fail", recovered.Reason);
        Assert.Equal(stepsAgain, recovered.StepsAgain);
    }

    [Theory]
    [InlineData("LearnDemonstrations", 1, "sft", 0)]
    [InlineData("TrainRewardModel", 1, "reward model 1", 0)]
    [InlineData("ScoreByMember", 1, "evaluation 0", 0)]
    [InlineData("UpdatePolicy", 3, "step 3", 2)]
    [InlineData("SavePolicy", 1, "checkpoint 2", 2)]
    public async Task Train_ChildAlwaysThrows_EndsItsOwnRunWithTheReason(string message, int from, string stage, int step)
    {
        var fault = new Fault(message, from, times: 1000);
        await using var host = await RunsHost.StartAsync(children: pool => new FaultyChildren(pool, fault));

        var other = host.TrainAsync("sound", Some.Recipe());
        var run = await host.TrainAsync(Fault.Run, Some.Recipe());

        var failed = Assert.IsType<RunFailed>(run.Training().Last().Event);
        Assert.Equal((step, stage), (failed.Step, failed.Stage));
        Assert.StartsWith($"{message} ", failed.Reason); // the fault's words, not the name of its class
        Assert.DoesNotContain("Exception", failed.Reason);
        Assert.Equal(RunStatus.Completed, (await other).State.Status);
        Assert.Equal((await SoundRun.Of(Some.Recipe())).Trajectory, (await other).Trajectory);
    }

    [Fact]
    public async Task Train_ChildrenThrowAgainAndAgainWithoutProgress_EndsTheRun()
    {
        // Step 1 succeeds; step 2 fails, then step 1 again, then step 1 succeeds: no two failures of one step follow each other.
        var fault = new Fault("Measure", n => n % 3 != 1);
        await using var host = await RunsHost.StartAsync(children: pool => new FaultyChildren(pool, fault));

        var run = await host.TrainAsync(Fault.Run, Some.Recipe("checkpoint.every=100"));

        Assert.Equal(RunStatus.Failed, run.State.Status);
        Assert.Equal(5, fault.Strikes);
    }

    [Theory]
    [InlineData("rollout")]
    [InlineData("reward")]
    [InlineData("reward/member-1")]
    [InlineData("policy")]
    [InlineData("reference")]
    public async Task Train_ChildStopsForGood_RunStartsAgainAndEndsAsWithoutTheFault(string child)
    {
        await using var host = await RunsHost.StartAsync();
        var news = host.News(RunId.Parse("orphan"));
        await host.LaunchAsync("orphan", Some.Recipe("checkpoint.every=100"));
        await news.NextAsync<StepEnded>(step => step.Step == 1);

        host.System.ActorSelection($"/user/runs/orphan/{child}").Tell(PoisonPill.Instance);
        await news.NextAsync<RunEnded>();

        var run = host.Read("orphan");
        Assert.Equal((await SoundRun.Of(Some.Recipe())).Trajectory, run.Trajectory);
        Assert.Single(run.Training().Select(read => read.Event).OfType<RunRecovered>());
    }

    [Theory]
    [InlineData("policy", 1)]
    [InlineData("policy", 2)]
    [InlineData("member-0", 1)]
    [InlineData("member-0", 3)]
    public async Task Train_ChildCannotBeCreated_EndsItsOwnRunWithTheReason(string child, int birth)
    {
        var fault = new Fault(child == "policy" ? "UpdatePolicy" : "ScoreByMember", at: 1);
        await using var host = await RunsHost.StartAsync(children: pool => new StillbornChildren(pool, fault, child, birth));

        var other = host.TrainAsync("sound", Some.Recipe());
        var run = await host.TrainAsync(Fault.Run, Some.Recipe());

        var failed = Assert.IsType<RunFailed>(run.Training().Last().Event);
        Assert.StartsWith(child[..^1], failed.Stage);
        Assert.Equal(
            $"{failed.Stage} cannot be created: an error of this program that nobody foresaw: birth {birth} is meant to fail; "
            + "the log files have the details",
            failed.Reason);
        Assert.Equal(RunStatus.Completed, (await other).State.Status);
    }

    /// <summary>
    /// The policy, or a reward model, cannot be created at the n-th attempt and later; a fault makes it necessary to create it again.
    /// </summary>
    sealed class StillbornChildren(ComputePool pool, Fault fault, string child, int failing) : RunChildrenFactory(pool)
    {
        int _births;

        protected override Props Policy(RunContext run, WeightsExchange weights, IActorRef progress) =>
            run.Id.Value != Fault.Run || child != "policy"
            ? base.Policy(run, weights, progress)
            : Born(() => new FaultyPolicy(run.Recipe, weights, Share(run), progress, fault));

        protected override Props RewardModel(RunContext run, WeightsExchange weights, IActorRef progress) =>
            run.Id.Value != Fault.Run || child == "policy"
            ? base.RewardModel(run, weights, progress)
            : Born(() => new FaultyRewardModel(run.Recipe, weights, Share(run), progress, fault));

        Props Born(Func<ActorBase> create) => Props.CreateBy(new Birth(() =>
            Interlocked.Increment(ref _births) is var birth && birth >= failing
                ? throw new NotSupportedException($"birth {failing} is meant to fail")
                : create())).WithDispatcher(ComputeActor.Dispatcher);

        sealed class Birth(Func<ActorBase> create) : IIndirectActorProducer
        {
            public Type ActorType => typeof(ActorBase);
            public ActorBase Produce() => create();
            public void Release(ActorBase actor) { }
        }
    }
}
