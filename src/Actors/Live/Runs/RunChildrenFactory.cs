using ActorRlhf.Actors.Live.Evaluations;
using ActorRlhf.Actors.Live.Workers;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Models.Compute;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Runs;

/// <summary>The actors of a run as they are.</summary>
/// <param name="workers">Where all of them compute.</param>
/// <param name="catalogue">The events.</param>
/// <param name="time">Clock of the envelopes.</param>
public class RunChildrenFactory(ComputeWorkers workers, EventCatalogue catalogue, TimeProvider time) : IRunChildrenFactory
{
    /// <inheritdoc/>
    public RunChildren Create(IActorRefFactory parent, RunContext run, IActorRef progress) => new(
        parent.ActorOf(Policy(run, progress), "policy"),
        parent.ActorOf(Reference(run), "reference"),
        parent.ActorOf(RewardEnsembleActor.Props(run.Recipe.Reward.Members, RewardModel(run, progress)), "reward"),
        parent.ActorOf(Rollout(run), "rollout"),
        parent.ActorOf(Evaluations(run), "evaluations"));

    /// <summary>The policy's actor.</summary>
    protected virtual Props Policy(RunContext run, IActorRef progress) => PolicyActor.Props(run.Recipe, workers, progress);

    /// <summary>The reference's actor.</summary>
    protected virtual Props Reference(RunContext run) => ReferenceActor.Props(workers);

    /// <summary>One reward model's actor.</summary>
    protected virtual Props RewardModel(RunContext run, IActorRef progress) => RewardModelActor.Props(run.Recipe, workers, progress);

    /// <summary>The sampler's actor.</summary>
    protected virtual Props Rollout(RunContext run) => RolloutActor.Props(run.Recipe, workers);

    /// <summary>The evaluations' actor.</summary>
    protected virtual Props Evaluations(RunContext run) => EvaluationsActor.Props(run, catalogue, time, EvaluationsActor.DefaultDeadline);
}
