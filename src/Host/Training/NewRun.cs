using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Host.Display;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Host.Training;

/// <summary>Begins a run from its recipe.</summary>
/// <param name="acceptBuild">Whether this build may execute steps of a run that another one trained, to take its policy.</param>
sealed class NewRun(Recipe recipe, bool acceptBuild) : TrainingStart
{
    public override async Task PrepareAsync(string? directory, CancellationToken ct)
    {
        Talk.Say($"recipe {recipe.Name}, seed {recipe.Seed}, {Counted.Of(recipe.Rl.Steps, "RL step")}");
        EngineChoice.ThrowUnlessThere(recipe.Compute);
        // Opening it for writing would make one.
        if (recipe.Policy.OfRun is not null) DataDirectory.OpenForReading(directory).Dispose();
        // A recipe that leads nowhere leaves no directory behind.
        else if (!Directory.Exists(directory ?? DataDirectory.DefaultPath))
            await Task.Run(() => WorldFactory.Create(recipe), ct).WaitAsync(ct).ConfigureAwait(false);
    }

    public override LaunchRun Launch(Store store) =>
        new LaunchRun(new RunReader(store).NewId(TimeProvider.System, recipe.Name), recipe.ToYaml(), acceptBuild);
}
