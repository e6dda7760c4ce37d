using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Stages;
using ActorRlhf.Actors.Worlds;

namespace ActorRlhf.Host.Commands;

/// <summary>Makes the world of a run that began long ago, perhaps elsewhere.</summary>
static class RunWorld
{
    /// <summary>As the run's own recipe says.</summary>
    /// <exception cref="WorldMovedException">A path leads nowhere, or a file has other bytes than when the run began.</exception>
    public static IWorld Of(RunRecord run) => Of(run, run.Recipe);

    /// <summary>For a recipe with the same data, perhaps at another path.</summary>
    /// <exception cref="WorldMovedException">A path leads nowhere, or a file has other bytes than when the run began.</exception>
    public static IWorld Of(RunRecord run, Recipe recipe)
    {
        if (recipe.Policy.Path is { } folder && !Directory.Exists(folder)) throw new WorldMovedException(run.Id, folder, "is not there");
        if (recipe.Data.Path is { } file)
        {
            if (!File.Exists(file)) throw new WorldMovedException(run.Id, file, "is not there");
            // Before the world's stage is stored nothing depends on the file's bytes.
            var began = run.State.Stage(StageNames.World)?.Artefacts.First(artefact => artefact.Name == Path.GetFileName(file));
            if (began is not null && ContentHash.Of(File.ReadAllBytes(file)) != began.Hash) throw new WorldMovedException(run.Id, file, "has other bytes than when the run began");
        }
        return WorldFactory.Create(recipe);
    }
}
