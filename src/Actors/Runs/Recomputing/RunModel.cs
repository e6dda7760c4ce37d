using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Stages;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Actors.Runs.Recomputing;

/// <summary>The policy of a run after any of its steps, as a model that can write.</summary>
public static class RunModel
{
    /// <summary>Loads it: from a checkpoint of that step where there is one, otherwise by executing the steps since the nearest one again.</summary>
    /// <param name="run">The run.</param>
    /// <param name="step">From 0, the SFT policy, to its last.</param>
    /// <param name="world">Makes the run's world, where steps must be executed.</param>
    /// <param name="acceptBuild">Whether this build may execute steps of a run that another one trained.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="StepNotLoggedException">The run has not come so far.</exception>
    /// <exception cref="RecomputationDifferenceException">A step gave other numbers than the log has.</exception>
    /// <exception cref="ArtefactMissingException">What is needed was removed.</exception>
    public static async Task<(ModelWeights Weights, ITokenizer Tokenizer)> LoadAsync(RunRecord run, int step, Func<RunRecord, IWorld> world, bool acceptBuild, CancellationToken ct)
    {
        if (step > run.State.Step || run.State.Stage(StageNames.Sft) is not { } sft) throw new StepNotLoggedException(run.Id, step, run.State);
        var folder = Directory.CreateTempSubdirectory("actorrlhf-model-").FullName;
        try
        {
            // The files that the run began with are those of a model folder; beside them may lie the data it learned from.
            foreach (var file in run.State.Stage(StageNames.World)!.Artefacts.Where(file => file.Name == LlamaConfigFile.FileName || TokenizerFolder.IsPart(file.Name)))
                File.WriteAllBytes(Path.Combine(folder, file.Name), run.Artefacts.Read(file.Hash));
            File.WriteAllBytes(Path.Combine(folder, ModelFolder.WeightsFile), step == 0 ? run.Artefacts.Read(sft.Artefacts[0].Hash) : await WeightsAsync(run.OwnerOf(step), step, world, acceptBuild, ct).ConfigureAwait(false));
            return ModelFolder.Load(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<byte[]> WeightsAsync(RunRecord run, int step, Func<RunRecord, IWorld> world, bool acceptBuild, CancellationToken ct)
    {
        if (run.State.Checkpoints.FirstOrDefault(saved => saved.Step == step) is { } checkpoint)
            return run.Artefacts.Read(checkpoint.Files.First(file => file.Name == CheckpointFiles.Policy).Hash);
        using var recomputation = new Recomputation(run, world(run), acceptBuild);
        return ModelWeightsFile.ToSafetensors((await recomputation.AfterAsync(step, null, ct).ConfigureAwait(false)).State.Policy);
    }
}
