using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Compute;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Workers;

/// <summary>
/// Owns the sampler and its snapshot of the policy. Supervised by its run, persists nothing: every request names the weights it is
/// for, so a restart loses nothing.
/// </summary>
public class RolloutActor : ComputeActor
{
    readonly RolloutWorker _worker;

    /// <param name="recipe">Names the engine.</param>
    /// <param name="weights">Where weights are taken.</param>
    /// <param name="threads">Where the work runs.</param>
    public RolloutActor(Recipe recipe, WeightsExchange weights, ComputeWorkers threads)
    {
        _worker = new RolloutWorker(recipe.Compute, weights, threads);
        Receive<Generate>(work => Sender.Tell(_worker.Do(work)));
    }

    /// <summary>How to create one.</summary>
    public static Props Props(Recipe recipe, WeightsExchange weights, ComputeWorkers threads) =>
        Akka.Actor.Props.Create(() => new RolloutActor(recipe, weights, threads)).WithDispatcher(Dispatcher);

    /// <inheritdoc/>
    protected override void PostStop() => _worker.Dispose();
}
