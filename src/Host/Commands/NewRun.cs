using ActorRlhf.Actors;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Storage;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Commands;

/// <summary>Begins a run from its recipe.</summary>
sealed class NewRun(Recipe recipe) : TrainingStart
{
    IWorld? _world;

    public override async Task PrepareAsync(string? directory, CancellationToken ct)
    {
        Talk.Say($"recipe {recipe.Name}, seed {recipe.Seed}, {recipe.Rl.Steps} RL steps");
        ComputeDevices.Choose(recipe.Compute.Device);
        _world = await Task.Run(() => WorldFactory.Create(recipe), ct).WaitAsync(ct).ConfigureAwait(false);
        foreach (var note in _world.Notes) Talk.Say($"note: {note}");
    }

    public override Task<(LaunchRun Launch, ResumeRun? Resume)> BeginAsync(DataDirectory data, CancellationToken ct)
    {
        return Task.FromResult<(LaunchRun, ResumeRun?)>((new LaunchRun(new RunReader(data).NewId(TimeProvider.System, recipe.Name), recipe, _world!), null));
    }
}
