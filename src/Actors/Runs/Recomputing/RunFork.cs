using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Workers;

namespace ActorRlhf.Actors.Runs.Recomputing;

/// <summary>Where a fork begins: what it shares with its parent, by reference.</summary>
/// <param name="Point">The point in the parent's stream.</param>
/// <param name="Past">The parent's state there.</param>
/// <param name="Checkpoint">
/// All state after that step, kept for the fork; null before the first step, and for a fork that began before.
/// </param>
public sealed record RunFork(ForkPoint Point, RunState Past, CheckpointSaved? Checkpoint)
{
    /// <summary>
    /// Leaves a run after a step: executes the steps since its nearest checkpoint again, verifies them, and keeps the state for the fork.
    /// </summary>
    /// <param name="run">The run; where it is itself a fork and the step is in the past that it shares, its parent is left.</param>
    /// <param name="step">The last step that both share, which the run must have done; 0 is before RL.</param>
    /// <param name="recipe">The fork's recipe, of <see cref="ForkRecipe"/>.</param>
    /// <param name="acceptBuild">Whether this build may execute steps of a run that another one trained.</param>
    /// <param name="artefacts">Where the fork's first checkpoint is kept.</param>
    /// <param name="executed">Hears of each step that was executed again and found equal.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="StepNotLoggedException">The run has not done that step.</exception>
    /// <exception cref="OtherBuildException">Another build trained the run, and nobody has accepted this one.</exception>
    /// <exception cref="RecomputationDifferenceException">A step gave other numbers than the log has.</exception>
    public static async Task<RunFork> LeaveAsync(
        RunRecord run, int step, Recipe recipe, bool acceptBuild, ArtefactStore artefacts, Action<int>? executed, CancellationToken ct)
    {
        var (point, past) = Leave(run, step);
        var parent = run.OwnerOf(step);
        OtherBuildException.ThrowUnless(parent.Id, parent.State, acceptBuild);
        if (step == 0) return new RunFork(point, past, null);
        using var recomputation = new Recomputation(parent, StoredWorld.Of(parent), acceptBuild);
        var (state, coefficient) = await recomputation.AfterAsync(step, executed, ct).ConfigureAwait(false);
        // A coefficient that a person changes counts from now on; otherwise the fork goes on with the one in force.
        var next = recipe.Kl.Coefficient != parent.Recipe.Kl.Coefficient ? recipe.Kl.Coefficient : coefficient;
        return new RunFork(point, past, new CheckpointSaved(step, next, CheckpointFiles.Put(artefacts, state.Files())));
    }

    /// <summary>Where a fork of a run begins; nothing is executed.</summary>
    /// <inheritdoc cref="LeaveAsync"/>
    public static ForkPoint PointOf(RunRecord run, int step) => Leave(run, step).Point;

    static (ForkPoint Point, RunState Past) Leave(RunRecord run, int step)
    {
        var parent = run.OwnerOf(step);
        var at = parent.After(step) ?? throw new StepNotLoggedException(run.Id, step, run.State);
        return (new ForkPoint(parent.Id.Value, step, at.Head, parent.State.Started!.Identity, at.Trajectory), at.State);
    }

    /// <summary>The fork that a run in the log is; null if it is none.</summary>
    public static RunFork? Of(RunRecord run) => run.State.Parent is { } point ? new RunFork(point, run.Past().State, null) : null;
}
