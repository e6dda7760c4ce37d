using System.Runtime.CompilerServices;
using ActorRlhf.Actors.Live.Workers;
using ActorRlhf.Actors.Runs.Pipeline;
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
    public RunChildren Create(IActorRefFactory parent, RunContext run, IActorRef progress) => new(
        parent.ActorOf(Policy(run, progress), "policy"),
        parent.ActorOf(Reference(run), "reference"),
        parent.ActorOf(RewardEnsembleActor.Props(run.Recipe.Reward.Members, RewardModel(run, progress)), "reward"),
        parent.ActorOf(Rollout(run), "rollout"));

    /// <summary>Where a run computes.</summary>
    protected ComputeWorkers Share(RunContext run) => _shares.GetValue(run, one => pool.Share(one.Recipe.Compute.Threads));

    /// <summary>The policy's actor.</summary>
    protected virtual Props Policy(RunContext run, IActorRef progress) => PolicyActor.Props(run.Recipe, Share(run), progress);

    /// <summary>The reference's actor.</summary>
    protected virtual Props Reference(RunContext run) => ReferenceActor.Props(Share(run));

    /// <summary>One reward model's actor.</summary>
    protected virtual Props RewardModel(RunContext run, IActorRef progress) => RewardModelActor.Props(run.Recipe, Share(run), progress);

    /// <summary>The sampler's actor.</summary>
    protected virtual Props Rollout(RunContext run) => RolloutActor.Props(run.Recipe, Share(run));
}
