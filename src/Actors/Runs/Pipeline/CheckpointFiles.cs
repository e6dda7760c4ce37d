using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>The files of a checkpoint, each an artefact of its own.</summary>
static class CheckpointFiles
{
    public const string Policy = "policy", PolicyOptimizer = "policy-optimizer", Critic = "critic", CriticOptimizer = "critic-optimizer";

    public static NamedArtefact[] Put(ArtefactStore artefacts, PolicyState state) =>
    [
        new(Policy, Put(artefacts, state.Policy)),
        new(PolicyOptimizer, Put(artefacts, state.PolicyOptimizer!)),
        new(Critic, Put(artefacts, state.Critic)),
        new(CriticOptimizer, Put(artefacts, state.CriticOptimizer!)),
    ];

    /// <summary>Stores weights, which may be longer than an array.</summary>
    public static ContentHash Put(ArtefactStore artefacts, ModelWeights weights) => artefacts.Put(stream => ModelWeightsFile.WriteTo(stream, weights));

    /// <summary>Stores an optimiser's state, likewise.</summary>
    public static ContentHash Put(ArtefactStore artefacts, AdamState state) => artefacts.Put(stream => AdamFile.Write(stream, state));

    /// <summary>Weights that are stored.</summary>
    /// <exception cref="ArtefactMissingException">The file is not there.</exception>
    /// <exception cref="ArtefactDamagedException">The file was changed.</exception>
    public static ModelWeights Weights(ArtefactStore artefacts, ContentHash hash, LlamaConfig shape, HeadKind head, string name) =>
        artefacts.Read(hash, path => ModelWeightsFile.FromFile(path, shape, head, name));

    /// <summary>An optimiser's state that is stored, likewise.</summary>
    public static AdamState Optimizer(ArtefactStore artefacts, ContentHash hash, LlamaConfig shape, HeadKind head) =>
        artefacts.Read(hash, path => AdamFile.Read(path, ModelLayout.Of(shape, head)));

    /// <summary>The hash of one of a checkpoint's files.</summary>
    public static ContentHash HashOf(CheckpointSaved checkpoint, string name) => checkpoint.Files.First(file => file.Name == name).Hash;

    /// <exception cref="ArtefactMissingException">A file is not there.</exception>
    /// <exception cref="ArtefactDamagedException">A file was changed.</exception>
    public static PolicyState Read(ArtefactStore artefacts, CheckpointSaved checkpoint, LlamaConfig shape)
    {
        ContentHash Hash(string name) => HashOf(checkpoint, name);
        return new PolicyState(checkpoint.Step,
            Weights(artefacts, Hash(Policy), shape, HeadKind.LanguageModel, Policy), Weights(artefacts, Hash(Critic), shape, HeadKind.Scalar, Critic),
            Optimizer(artefacts, Hash(PolicyOptimizer), shape, HeadKind.LanguageModel), Optimizer(artefacts, Hash(CriticOptimizer), shape, HeadKind.Scalar));
    }
}
