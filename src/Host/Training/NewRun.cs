using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Evaluation.Wording;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Training;

/// <summary>Begins a run from its recipe.</summary>
/// <param name="acceptBuild">Whether this build may execute steps of a run that another one trained, to take its policy.</param>
sealed class NewRun(Recipe recipe, bool acceptBuild) : TrainingStart
{
    IWorld? _world;

    public override async Task PrepareAsync(string? directory, CancellationToken ct)
    {
        Talk.Say($"recipe {recipe.Name}, seed {recipe.Seed}, {Counted.Of(recipe.Rl.Steps, "RL step")}");
        EngineChoice.Of(recipe.Compute.Device);
        // Opening it for writing would make one.
        if (recipe.Policy.OfRun is not null) DataDirectory.OpenForReading(directory).Dispose();
        else _world = await Task.Run(() => WorldFactory.Create(recipe), ct).WaitAsync(ct).ConfigureAwait(false);
    }

    public override async Task<(LaunchRun Launch, ResumeRun? Resume)> BeginAsync(DataDirectory data, CancellationToken ct)
    {
        var (exact, world) = _world is { } made ? (recipe, made) : await RunWorld.FromRunAsync(recipe, recipe.Policy.OfRun!, data, acceptBuild, ct).ConfigureAwait(false);
        foreach (var note in world.Notes) Talk.Say($"note: {note}");
        return (new LaunchRun(new RunReader(data.Store).NewId(TimeProvider.System, exact.Name), exact, world), null);
    }
}
