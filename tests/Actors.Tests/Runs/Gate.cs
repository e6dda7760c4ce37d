using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Live.Workers;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Randomness;
using Akka.Actor;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>Holds up the sampler of a run at a step until the test lets it go.</summary>
sealed class Gate(int step, string run = "run")
{
    internal string Run => run;

    readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ManualResetEventSlim _open = new();

    internal Task Reached => _reached.Task.WaitAsync(RunsHost.Patience);

    internal void Open() => _open.Set();

    /// <summary>Opens when the actor system begins to stop, so that the step under way is cut off.</summary>
    internal void OpenAtDisposal(RunsHost host) => CoordinatedShutdown.Get(host.System)
        .AddTask(CoordinatedShutdown.PhaseActorSystemTerminate, "open the gate", () =>
        {
            _open.Set();
            return Task.FromResult(Akka.Done.Instance);
        });

    internal void Pass(object message)
    {
        if (message is not Generate { Options.Purpose: Purpose.RolloutSampling } generate) return;
        if (generate.Requests[0].Step != step) return;
        _reached.TrySetResult();
        _open.Wait();
    }
}

sealed class GatedChildren(ComputePool pool, Gate gate) : RunChildrenFactory(pool)
{
    protected override Props Rollout(RunContext run, WeightsExchange weights) => run.Id.Value != gate.Run
        ? base.Rollout(run, weights)
        : Props.Create(() => new GatedRollout(run.Recipe, weights, Share(run), gate)).WithDispatcher(ComputeActor.Dispatcher);
}

sealed class GatedRollout(Recipe recipe, WeightsExchange weights, ComputeWorkers workers, Gate gate)
    : RolloutActor(recipe, weights, workers)
{
    protected override bool AroundReceive(Receive receive, object message)
    {
        gate.Pass(message);
        return base.AroundReceive(receive, message);
    }
}
