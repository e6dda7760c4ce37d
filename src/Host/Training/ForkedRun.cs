using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Training;

/// <summary>Begins a run that shares another one's past.</summary>
/// <param name="name">The parent: its id, the beginning of it, or latest.</param>
/// <param name="step">The last step that both share.</param>
/// <param name="overrides">What the fork does differently from there.</param>
/// <param name="acceptBuild">Whether this build may go on with what another one trained.</param>
sealed class ForkedRun(string name, int step, IReadOnlyList<string> overrides, bool acceptBuild) : TrainingStart
{
    /// <summary>The fork of a run that has diverged, from the last step that agreed, under the recipe that it was launched with.</summary>
    public static ForkedRun WhereItDiverged(RunRecord run, LaunchRun launched)
    {
        string[] changed = [.. RecipeKeys.All.Where(key => !key.ActsBeforeRl && key.Value(launched.Recipe) != key.Value(run.Recipe)).Select(key => $"{key.Name}={key.Value(launched.Recipe)}")];
        return new ForkedRun(run.Id.Value, run.State.LastStepThatAgreed!.Value, changed, launched.AcceptBuild);
    }

    public override Task PrepareAsync(string? directory, CancellationToken ct)
    {
        // Opening it for writing would make one.
        DataDirectory.OpenForReading(directory).Dispose();
        return Task.CompletedTask;
    }

    public override async Task<(LaunchRun Launch, ResumeRun? Resume)> BeginAsync(DataDirectory data, CancellationToken ct)
    {
        var parent = new RunReader(data.Store).OpenVerified(name);
        if (parent.After(step) is null) throw new StepNotLoggedException(parent.Id, step, parent.State);
        var recipe = ForkRecipe.Of(parent, step, overrides);
        EngineChoice.Of(recipe.Compute.Device);
        Talk.Say($"fork of {parent.Id} after step {step}{StepsAgain.Of(parent, step)}");
        var fork = await RunFork.LeaveAsync(parent, step, recipe, acceptBuild, data.Artefacts, null, ct).ConfigureAwait(false);
        return (new LaunchRun(new RunReader(data.Store).NewId(TimeProvider.System, recipe.Name), recipe, StoredWorld.Of(parent, recipe), fork), null);
    }
}
