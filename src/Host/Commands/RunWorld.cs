using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Stages;
using ActorRlhf.Actors.Worlds;

namespace ActorRlhf.Host.Commands;

/// <summary>Makes the world of a run whose first stage may not be done yet.</summary>
static class RunWorld
{
    /// <summary>From what the run stored; before that from what its recipe names.</summary>
    /// <exception cref="WorldMovedException">It has stored nothing yet, and a path leads nowhere.</exception>
    public static IWorld Of(RunRecord run, Recipe recipe)
    {
        if (run.State.Stage(StageNames.World) is not null) return StoredWorld.Of(run, recipe);
        if (recipe.Policy.Path is { } folder && !Directory.Exists(folder)) throw new WorldMovedException(run.Id, folder);
        if (recipe.Data.Path is { } file && !File.Exists(file)) throw new WorldMovedException(run.Id, file);
        return WorldFactory.Create(recipe);
    }
}
