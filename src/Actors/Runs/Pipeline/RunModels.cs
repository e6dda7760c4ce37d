using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>The finished models of a run, read from its artefacts once.</summary>
/// <param name="run">What the run shares.</param>
sealed class RunModels(RunContext run)
{
    ModelWeights? _sft;
    ModelWeights[]? _members;

    /// <summary>The SFT policy, which is the reference.</summary>
    /// <exception cref="ArtefactMissingException">Its file is gone.</exception>
    /// <exception cref="ArtefactDamagedException">Its file was changed.</exception>
    public ModelWeights Sft(RunState state) => _sft ??= CheckpointFiles.Weights(
        run.Artefacts, state.Stage(StageNames.Sft)!.Artefacts[0].Hash, run.World.Shape, HeadKind.LanguageModel, "SFT policy");

    /// <summary>The reward models, in the order of the members.</summary>
    /// <exception cref="ArtefactMissingException">A file is gone.</exception>
    /// <exception cref="ArtefactDamagedException">A file was changed.</exception>
    public ModelWeights[] Members(RunState state) => _members ??= [.. state.RewardModels.Select(model =>
        CheckpointFiles.Weights(run.Artefacts, model.Weights, Sft(state).Config, HeadKind.Scalar, $"reward model {model.Member}"))];

    /// <summary>SFT has just ended with this policy.</summary>
    public void Learned(ModelWeights sft) => _sft = sft;
}
