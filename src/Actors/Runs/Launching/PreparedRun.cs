using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Worlds;

namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>Everything that a run's actor needs to begin or to go on.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Recipe">What to do.</param>
/// <param name="World">Where its data come from.</param>
/// <param name="Fork">For a fork, one that begins or one that goes on; null otherwise.</param>
/// <param name="AcceptBuild">Whether this build may go on with a run that another one began.</param>
/// <param name="Resume">For a run that goes on: what to tell it; null for one that begins.</param>
sealed record PreparedRun(RunId Run, Recipe Recipe, IWorld World, RunFork? Fork = null, bool AcceptBuild = false, ResumeRun? Resume = null);
