using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>Gives back what the first stage of a run stored: from then on a run needs nothing outside its data directory.</summary>
/// <remarks>
/// The stage must be in the log; a fork's is that of the run it descends from. Bytes are compared with their hashes whenever they are read.
/// </remarks>
public static class StoredWorld
{
    /// <summary>The run's world as its recipe says.</summary>
    /// <exception cref="ArtefactMissingException">An artefact is not there.</exception>
    /// <exception cref="ArtefactDamagedException">An artefact has other bytes.</exception>
    public static IWorld Of(RunRecord run) => Of(run, run.Recipe);

    /// <summary>The same for a recipe that differs in what acts later.</summary>
    /// <exception cref="ArtefactMissingException">An artefact is not there.</exception>
    /// <exception cref="ArtefactDamagedException">An artefact has other bytes.</exception>
    public static IWorld Of(RunRecord run, Recipe recipe) => Of(StageOf(run), recipe, PolicyOf(run), run.Artefacts);

    /// <summary>The world of what a finished stage stored.</summary>
    internal static IWorld Of(StageCompleted stage, Recipe recipe, PolicyMaterial policy, ArtefactStore artefacts) =>
        WorldFactory.Create(recipe, new WorldMaterial(policy,
            Files(stage, recipe).Data is { } data ? new WorldSource(data.Name, () => artefacts.Read(data.Hash)) : null));

    /// <summary>The run's world, with the policy before SFT drawn from the seed again where the recipe draws it.</summary>
    /// <exception cref="ArtefactMissingException">An artefact is not there.</exception>
    /// <exception cref="ArtefactDamagedException">An artefact has other bytes.</exception>
    internal static IWorld FromTheSeed(RunRecord run) =>
        run.Recipe is { World.Kind: WorldKind.Pocket, Policy.Path: null }
            ? WorldFactory.Create(run.Recipe, new WorldMaterial(null, null))
            : Of(run);

    /// <summary>The policy that the run started from; its weights are read when they are asked for.</summary>
    /// <exception cref="ArtefactMissingException">An artefact is not there; also thrown when the weights are asked for.</exception>
    /// <exception cref="ArtefactDamagedException">An artefact has other bytes; also thrown when the weights are asked for.</exception>
    public static PolicyMaterial PolicyOf(RunRecord run) => PolicyOf(StageOf(run), run.Recipe, run.Artefacts);

    /// <inheritdoc cref="PolicyOf(RunRecord)"/>
    internal static PolicyMaterial PolicyOf(StageCompleted stage, Recipe recipe, ArtefactStore artefacts)
    {
        var (model, _, first) = Files(stage, recipe);
        var folder = Directory.CreateTempSubdirectory("actorrlhf-stored-").FullName;
        try
        {
            // No other name may be written to: the log may come from anywhere.
            foreach (var file in model.Where(file => file.Name == LlamaConfigFile.FileName || TokenizerFolder.IsPart(file.Name)))
                File.WriteAllBytes(Path.Combine(folder, file.Name), artefacts.Read(file.Hash));
            var shape = LlamaConfigFile.Read(Path.Combine(folder, LlamaConfigFile.FileName), HeadKind.LanguageModel);
            return new PolicyMaterial(shape, TokenizerFolder.Load(folder), () =>
                artefacts.Read(first.Hash, path => ModelWeightsFile.FromFile(path, shape, HeadKind.LanguageModel, first.Name)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static StageCompleted StageOf(RunRecord run) => run.State.Stage(StageNames.World)!;

    /// <summary>By their places and not by their names, for a file of data may have any name.</summary>
    static (IEnumerable<NamedArtefact> Model, NamedArtefact? Data, NamedArtefact First) Files(StageCompleted stage, Recipe recipe)
    {
        var all = stage.Artefacts;
        return recipe.Data.Path is null ? (all[..^1], null, all[^1]) : (all[..^2], all[^2], all[^1]);
    }
}
