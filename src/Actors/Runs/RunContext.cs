using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Worlds;
using Akka.Actor;

namespace ActorRlhf.Actors.Runs;

/// <summary>What everything in a run shares.</summary>
/// <param name="Id">The run.</param>
/// <param name="Recipe">What it was told.</param>
/// <param name="World">Where its data come from.</param>
/// <param name="Artefacts">Where large things go.</param>
public sealed record RunContext(RunId Id, Recipe Recipe, IWorld World, ArtefactStore Artefacts)
{
    /// <summary>For a fork, its parent's state at the point where it left it; empty otherwise.</summary>
    public RunState Past { get; init; } = RunState.Empty;

    /// <summary>Whether a person accepts that this build goes on with a run that another one began.</summary>
    public bool AcceptBuild { get; init; }
}

/// <summary>The actors that do a run's work.</summary>
/// <param name="Policy">Owns policy and critic.</param>
/// <param name="Reference">Owns the reference.</param>
/// <param name="Rewards">Owns the reward models.</param>
/// <param name="Rollout">Owns the sampler.</param>
/// <param name="Evaluations">Owns the evaluation stream.</param>
public sealed record RunChildren(IActorRef Policy, IActorRef Reference, IActorRef Rewards, IActorRef Rollout, IActorRef Evaluations);
