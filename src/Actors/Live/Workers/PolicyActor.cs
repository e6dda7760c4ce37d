using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Compute;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Workers;

/// <summary>
/// Owns the policy, the critic and their optimisers. Supervised by its run, persists nothing: its state is what the run last gave
/// it and the updates since; after a restart it is empty and says so, and the run goes back to a checkpoint.
/// </summary>
public class PolicyActor : ComputeActor
{
    readonly PolicyWorker _worker;

    /// <param name="recipe">What to do.</param>
    /// <param name="weights">Where weights are taken, offered and stored.</param>
    /// <param name="threads">Where the work runs.</param>
    /// <param name="progress">Gets a <see cref="TrainingProgress"/> now and then.</param>
    public PolicyActor(Recipe recipe, WeightsExchange weights, ComputeWorkers threads, IActorRef progress)
    {
        _worker = new PolicyWorker(recipe, weights, threads, done => progress.Tell(done));
        Receive<BeginSft>(work => Sender.Tell(_worker.Do(work)));
        Receive<LearnDemonstrations>(work => Sender.Tell(_worker.Do(work)));
        Receive<SaveSft>(work => Sender.Tell(_worker.Do(work)));
        Receive<BeginPpo>(work => Sender.Tell(_worker.Do(work)));
        Receive<Measure>(work => Sender.Tell(_worker.Do(work)));
        Receive<UpdatePolicy>(work => Sender.Tell(_worker.Do(work)));
        Receive<SkipStep>(work => Sender.Tell(_worker.Do(work)));
        Receive<SavePolicy>(work => Sender.Tell(_worker.Do(work)));
    }

    /// <summary>How to create one.</summary>
    public static Props Props(Recipe recipe, WeightsExchange weights, ComputeWorkers threads, IActorRef progress) =>
        Akka.Actor.Props.Create(() => new PolicyActor(recipe, weights, threads, progress)).WithDispatcher(Dispatcher);

    /// <inheritdoc/>
    protected override void PostStop() => _worker.Dispose();
}
