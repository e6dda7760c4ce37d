using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Training;

/// <summary>Makes the world of a run whose first stage may not be done yet.</summary>
static class RunWorld
{
    /// <summary>From what the run stored; before that from what its recipe names.</summary>
    /// <exception cref="WorldMovedException">It has stored nothing yet, and a path leads nowhere.</exception>
    public static async Task<IWorld> OfAsync(RunRecord run, Recipe recipe, DataDirectory data, bool acceptBuild, CancellationToken ct)
    {
        if (run.State.Stage(StageNames.World) is not null) return StoredWorld.Of(run, recipe);
        if (recipe.Policy is { OfRun: null, Path: { } folder } && !Directory.Exists(folder)) throw new WorldMovedException(run.Id, folder);
        if (recipe.Data.Path is { } file && !File.Exists(file)) throw new WorldMovedException(run.Id, file);
        return recipe.Policy.OfRun is { } policy ? (await FromRunAsync(recipe, policy, data, acceptBuild, ct).ConfigureAwait(false)).World : WorldFactory.Create(recipe);
    }

    /// <summary>For a recipe whose <c>policy.path</c> names another run's policy.</summary>
    /// <returns>The world, and the recipe with the run's whole id and a step in it, so that it means the same for ever.</returns>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="StepNotLoggedException">The run has not come so far.</exception>
    public static async Task<(Recipe Recipe, IWorld World)> FromRunAsync(Recipe recipe, RunPolicyName policy, DataDirectory data, bool acceptBuild, CancellationToken ct)
    {
        var (run, step) = RunModel.Find(new RunReader(data.Store), policy);
        Talk.Say($"starts from the policy of run {run.Id} after step {step}{StepsAgain.Of(run, step)}");
        var model = await RunModel.LoadAsync(run, step, acceptBuild, ct).ConfigureAwait(false);
        var exact = recipe with { Policy = recipe.Policy with { Path = new RunPolicyName(run.Id.Value, step).ToString() } };
        return (exact, WorldFactory.Create(exact, WorldMaterial.Of(exact, PolicyMaterial.Of(model))));
    }
}
