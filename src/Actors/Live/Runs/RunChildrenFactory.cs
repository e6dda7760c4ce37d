using System.Runtime.CompilerServices;
using ActorRlhf.Actors.Live.Workers;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Compute;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Runs;

/// <summary>The actors of a run as they are.</summary>
/// <param name="pool">Where all of them compute; a run gets at most its recipe's <c>compute.threads</c> of it.</param>
public class RunChildrenFactory(ComputePool pool) : IRunChildrenFactory
{
    // By run, not by attempt: actors of an earlier life of the run may still compute.
    readonly ConditionalWeakTable<RunContext, ComputeWorkers> _shares = [];

    /// <inheritdoc/>
    public RunChildren Create(IActorRefFactory parent, RunContext run, IActorRef progress)
    {
        // By attempt, not by run: what actors of an earlier life of the run still offer is not the newest policy of this one.
        var weights = new WeightsExchange(run.Artefacts, run.World.Shape);
        return new RunChildren(
            parent.ActorOf(Policy(run, weights, progress), "policy"),
            parent.ActorOf(Reference(run, weights), "reference"),
            parent.ActorOf(RewardEnsembleActor.Props(run.Recipe.Reward.Members, RewardModel(run, weights, progress)), "reward"),
            parent.ActorOf(Rollout(run, weights), "rollout"));
    }

    /// <summary>Where a run computes.</summary>
    protected ComputeWorkers Share(RunContext run) => _shares.GetValue(run, one => pool.Share(one.Recipe.Compute.Threads));

    /// <summary>The policy's actor.</summary>
    protected virtual Props Policy(RunContext run, WeightsExchange weights, IActorRef progress) =>
        PolicyActor.Props(run.Recipe, weights, Share(run), progress);

    /// <summary>The reference's actor.</summary>
    protected virtual Props Reference(RunContext run, WeightsExchange weights) => ReferenceActor.Props(weights, Share(run));

    /// <summary>One reward model's actor.</summary>
    protected virtual Props RewardModel(RunContext run, WeightsExchange weights, IActorRef progress) =>
        RewardModelActor.Props(run.Recipe, weights, Share(run), progress);

    /// <summary>The sampler's actor.</summary>
    protected virtual Props Rollout(RunContext run, WeightsExchange weights) => RolloutActor.Props(run.Recipe, weights, Share(run));
}
