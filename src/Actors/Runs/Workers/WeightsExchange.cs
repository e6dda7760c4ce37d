using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Where those who work for a run give and take weights. Messages name them by hash; nothing else knows where they are.</summary>
/// <remarks>
/// They share a process and a disk; workers on other machines would need another exchange and nothing else. It holds one policy in
/// memory, the newest: that of most steps is in no file. All else is in the artefact store, and whoever took it keeps what it made
/// of it. Any number of threads may use one. Failure policy: audit, every error reaches the caller.
/// </remarks>
/// <param name="artefacts">The run's files.</param>
/// <param name="shape">Of every model of the run.</param>
public sealed class WeightsExchange(ArtefactStore artefacts, LlamaConfig shape)
{
    volatile Offered? _newest;

    /// <summary>The newest policy; in memory alone, until another one is offered.</summary>
    /// <param name="hash">SHA-256 of its file.</param>
    /// <param name="policy">Nobody changes it any more.</param>
    public void Offer(ContentHash hash, ModelWeights policy) => _newest = new Offered(hash, policy);

    /// <summary>Weights that a message names; nobody may change them.</summary>
    /// <exception cref="ArtefactMissingException">Nobody offered them and their file is not there.</exception>
    /// <exception cref="ArtefactDamagedException">Their file was changed.</exception>
    public ModelWeights Take(ContentHash hash, HeadKind head) => _newest is { } newest && newest.Hash == hash
        ? newest.Policy
        : artefacts.Read(hash, path => ModelWeightsFile.FromFile(path, shape, head, hash.ToString()));

    /// <summary>An optimiser's state that a message names.</summary>
    /// <exception cref="ArtefactMissingException">Its file is not there.</exception>
    /// <exception cref="ArtefactDamagedException">Its file was changed.</exception>
    public AdamState TakeOptimizer(ContentHash hash, HeadKind head) =>
        artefacts.Read(hash, path => AdamFile.Read(path, ModelLayout.Of(shape, head)));

    /// <summary>What an algorithm makes of the files that a message names.</summary>
    /// <param name="read">Gets the path of each file by its name, and the shape of the models.</param>
    /// <exception cref="ArtefactMissingException">A file is not there.</exception>
    /// <exception cref="ArtefactDamagedException">A file was changed.</exception>
    public T Take<T>(IReadOnlyList<NamedArtefact> files, Func<IReadOnlyDictionary<string, string>, LlamaConfig, T> read) =>
        CheckpointFiles.Read(artefacts, files, paths => read(paths, shape));

    /// <summary>Stores weights, so that a message and an event may name them.</summary>
    public ContentHash Put(ModelWeights weights) => artefacts.Put(stream => ModelWeightsFile.WriteTo(stream, weights));

    /// <summary>Stores an optimiser's state, likewise.</summary>
    public ContentHash Put(AdamState state) => artefacts.Put(stream => AdamFile.Write(stream, state));

    /// <summary>Stores an algorithm's files, likewise.</summary>
    public NamedArtefact[] Put(IEnumerable<(string Name, Action<Stream> Write)> files) => CheckpointFiles.Put(artefacts, files);

    sealed record Offered(ContentHash Hash, ModelWeights Policy);
}
