using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Live.Workers;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Compute;
using Akka.Actor;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>
/// Holds up the update of a run's policy at a step until the test lets it go; what lies before is stored by then.
/// </summary>
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
        if (message is not UpdatePolicy update || update.Step != step) return;
        _reached.TrySetResult();
        _open.Wait();
    }
}

sealed class GatedChildren(ComputePool pool, Gate gate) : RunChildrenFactory(pool)
{
    protected override Props Policy(RunContext run, WeightsExchange weights, IActorRef progress) => run.Id.Value != gate.Run
        ? base.Policy(run, weights, progress)
        : Props.Create(() => new GatedPolicy(run.Recipe, weights, Share(run), progress, gate)).WithDispatcher(ComputeActor.Dispatcher);
}

sealed class GatedPolicy(Recipe recipe, WeightsExchange weights, ComputeWorkers workers, IActorRef progress, Gate gate)
    : PolicyActor(recipe, weights, workers, progress)
{
    protected override bool AroundReceive(Receive receive, object message)
    {
        gate.Pass(message);
        return base.AroundReceive(receive, message);
    }
}
