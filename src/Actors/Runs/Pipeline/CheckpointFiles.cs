using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>The files of a checkpoint, each an artefact of its own.</summary>
static class CheckpointFiles
{
    public const string Policy = "policy", PolicyOptimizer = "policy-optimizer", Critic = "critic", CriticOptimizer = "critic-optimizer";

    public static NamedArtefact[] Put(ArtefactStore artefacts, PolicyState state) =>
    [
        new(Policy, artefacts.Put(ModelWeightsFile.ToSafetensors(state.Policy))),
        new(PolicyOptimizer, artefacts.Put(state.PolicyOptimizer)),
        new(Critic, artefacts.Put(ModelWeightsFile.ToSafetensors(state.Critic))),
        new(CriticOptimizer, artefacts.Put(state.CriticOptimizer)),
    ];

    /// <summary>Puts the same files again where some of them are lost or damaged.</summary>
    public static void Mend(ArtefactStore artefacts, PolicyState state)
    {
        foreach (var (_, hash) in Put(artefacts, state))
        {
            try { artefacts.Read(hash); }
            catch (ArtefactDamagedException) { artefacts.Remove(hash); }
        }
        Put(artefacts, state);
    }

    /// <summary>The hash of one of a checkpoint's files.</summary>
    public static ContentHash HashOf(CheckpointSaved checkpoint, string name) => checkpoint.Files.First(file => file.Name == name).Hash;

    /// <exception cref="ArtefactMissingException">A file is not there.</exception>
    /// <exception cref="ArtefactDamagedException">A file was changed.</exception>
    public static PolicyState Read(ArtefactStore artefacts, CheckpointSaved checkpoint, LlamaConfig shape)
    {
        byte[] Bytes(string name) => artefacts.Read(HashOf(checkpoint, name));
        return new PolicyState(checkpoint.Step,
            ModelWeightsFile.FromSafetensors(Bytes(Policy), shape, HeadKind.LanguageModel, Policy),
            ModelWeightsFile.FromSafetensors(Bytes(Critic), shape, HeadKind.Scalar, Critic),
            Bytes(PolicyOptimizer), Bytes(CriticOptimizer));
    }
}
