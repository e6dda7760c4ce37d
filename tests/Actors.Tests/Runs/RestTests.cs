using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Models.Compute;
using Akka.Actor;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>Runs that come to rest where they stand, and go on: their logs say that a checkpoint was asked for, and nothing else.</summary>
public sealed class RestTests
{
    const int Rests = 2, Bad = 3;
    static readonly RunId s_run = RunId.Parse("run");

    [Fact]
    public async Task Rest_InAStep_SavesBehindItAndTheRunEndsAsIfItHadNotRested()
    {
        var recipe = Some.Recipe("rl.steps=4", "checkpoint.every=100");
        await using var host = await RunsHost.StartAsync(children: pool => Resting(pool));
        var run = await RestedAsync(host, recipe);

        Assert.Equal((await host.TrainAsync("sound", recipe)).Trajectory, run.Trajectory);
        var events = run.Training().Select(read => read.Event).ToList();
        Assert.Equal(new CheckpointAsked(Rests, "the disk is full"), Assert.Single(events.OfType<CheckpointAsked>()));
        Assert.Equal([Rests, 4], events.OfType<CheckpointSaved>().Select(saved => saved.Step));
        Assert.Empty(events.OfType<RunRecovered>());
        Assert.Null(RunAudit.Of(host.Data.Store, s_run).FirstBad);
        var again = new WholeRecomputation(run, acceptBuild: false);
        await again.ExecuteAsync(null, null, CancellationToken.None);
        Assert.Equal([1, 2, 3, 4], again.Steps);
    }

    /// <summary>Otherwise a run's result would depend on when its host was stopped.</summary>
    [Theory]
    [InlineData("checkpoint.every=100", 0)]
    [InlineData("checkpoint.every=1", Rests)]
    public async Task Rest_BeforeARollback_GoesBackWhereItGoesBackUndisturbed(string every, int target)
    {
        var recipe = Some.Recipe("rl.steps=4", "rl.onNonFinite=rollback", "evaluation.prompts=9", "checkpoint.keep=1", every);
        await using var host = await RunsHost.StartAsync(children: pool =>
            new FalsifiedChildren(Resting(pool), reply: Falsified.Answer("value-nan", Bad)));
        var run = await RestedAsync(host, recipe);

        var back = Assert.Single(run.Training().Select(read => read.Event).OfType<StepRolledBack>());
        Assert.Equal((Bad, target), (back.Step, back.Checkpoint));
        Assert.Equal(target == 0, run.State.OutOfTurn.Length > 0);
        Assert.Null(RunAudit.Of(host.Data.Store, s_run).FirstBad);
    }

    [Fact]
    public async Task Rest_ForGood_NothingLetsTheRunsGoOn()
    {
        await using var host = await RunsHost.StartAsync();
        await host.Runs.Ask<RunsAtRest>(new RestRuns("the host stops", ForGood: true), RunsHost.Patience);
        host.Runs.Tell(new RaiseRuns());
        await host.LaunchAsync(s_run.Value, Some.Recipe());

        await host.Runs.Ask<RunsAtRest>(new RestRuns("once more", ForGood: true), RunsHost.Patience);

        Assert.Equal(RunStatus.Running, host.Read(s_run.Value).State.Status);
        Assert.Empty(host.Read(s_run.Value).State.Stages);
    }

    readonly Gate _gate = new(Rests);

    GatedChildren Resting(ComputePool pool) => new(pool, _gate);

    /// <summary>Trains a run that rests behind a step, and then goes on.</summary>
    async Task<RunRecord> RestedAsync(RunsHost host, Recipe recipe)
    {
        var news = host.News(s_run);
        await host.LaunchAsync(s_run.Value, recipe);
        await _gate.Reached;
        var resting = host.Runs.Ask<RunsAtRest>(new RestRuns("the disk is full", ForGood: false), RunsHost.Patience);
        // It changes nothing, and is answered behind what was sent before it.
        await host.AskAsync(s_run.Value, new ResumeRun("nobody"));
        Assert.False(resting.IsCompleted);
        _gate.Open();
        await resting;
        var state = host.Read(s_run.Value).State;
        Assert.Equal((Rests, Rests, RunStatus.Running), (state.Step, state.Checkpoints[^1].Step, state.Status));

        host.Runs.Tell(new RaiseRuns());
        await news.NextAsync<RunEnded>();
        return host.Read(s_run.Value);
    }
}
