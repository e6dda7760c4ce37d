using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;

namespace ActorRlhf.Host.Training;

/// <summary>Begins a run that shares another one's past.</summary>
/// <param name="name">The parent: its id, the beginning of it, or latest.</param>
/// <param name="step">The last step that both share.</param>
/// <param name="overrides">What the fork does differently from there.</param>
/// <param name="acceptBuild">Whether this build may go on with what another one trained.</param>
sealed class ForkedRun(string name, int step, IReadOnlyList<string> overrides, bool acceptBuild) : TrainingStart
{
    /// <summary>The fork of a run that has diverged, from the last step that agreed, under the recipe that it was launched with.</summary>
    public static ForkedRun WhereItDiverged(RunRecord run, Recipe launched, bool acceptBuild)
    {
        string[] changed =
        [
            .. from key in RecipeKeys.All
               where !key.ActsBeforeRl && key.Value(launched) != key.Value(run.Recipe)
               select $"{key.Name}={key.Value(launched)}",
        ];
        return new ForkedRun(run.Id.Value, run.State.LastStepThatAgreed!.Value, changed, acceptBuild);
    }

    public override Task PrepareAsync(string? directory, CancellationToken ct)
    {
        // Opening it for writing would make one.
        DataDirectory.OpenForReading(directory).Dispose();
        return Task.CompletedTask;
    }

    public override RunLaunch Launch(Store store)
    {
        var reader = new RunReader(store);
        var parent = reader.Open(name);
        var recipe = ForkRecipe.Of(parent, step, overrides);
        return new ForkRun(reader.NewId(TimeProvider.System, recipe.Name), parent.Id.Value, step, overrides, acceptBuild);
    }
}
