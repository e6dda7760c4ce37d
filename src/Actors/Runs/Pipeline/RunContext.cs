using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Reusing;
using ActorRlhf.Actors.Worlds;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>What everything in a run shares.</summary>
/// <param name="Recipe">What it was told.</param>
/// <param name="World">Where its data come from.</param>
/// <param name="Artefacts">Where large things go.</param>
public sealed record RunContext(RunId Id, Recipe Recipe, IWorld World, ArtefactStore Artefacts)
{
    /// <summary>For a fork, its parent's state at the point where it left it; empty otherwise.</summary>
    public RunState Past { get; init; } = RunState.Empty;

    /// <summary>Where stages may be taken from; null where all are executed.</summary>
    public EarlierStages? Earlier { get; init; }

    /// <summary>Whether a person accepts that this build goes on with a run that another one began.</summary>
    public bool AcceptBuild { get; init; }
}
