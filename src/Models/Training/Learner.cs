using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;
using TorchSharp;

namespace ActorRlhf.Models.Training;

/// <summary>A model under training: the weights, the optimiser, and one replica of the network for every shard of a minibatch.</summary>
/// <remarks>
/// A shard's forward and backward pass runs on one thread; gradients are added in the order of the shards; so the result depends
/// on the number of shards, which the recipe fixes, and not on the number of threads. <see cref="Shard"/> may be called for
/// different shards at the same time, everything else by the owner alone.
/// </remarks>
public sealed class Learner : IDisposable
{
    readonly LlamaNetwork[] _replicas;
    readonly float[][] _gradients;
    readonly int[] _loaded;                           // version of the weights in each replica
    int _version = 1;

    /// <param name="weights">Taken over and changed by training.</param>
    /// <param name="adam">The optimiser's constants.</param>
    /// <param name="shards">Number of parts a minibatch is cut into.</param>
    /// <param name="device">Where the replicas live.</param>
    public Learner(ModelWeights weights, AdamOptions adam, int shards, torch.Device device)
    {
        (Weights, Optimizer, Device) = (weights, new Adam(weights.Layout, adam), device);
        _replicas = [.. Enumerable.Range(0, shards).Select(_ => new LlamaNetwork(weights.Config, weights.Head, device))];
        _gradients = [.. _replicas.Select(_ => new float[weights.Data.Length])];
        _loaded = new int[shards];
    }

    /// <summary>The weights; read them between updates only.</summary>
    public ModelWeights Weights { get; }
    /// <summary>The optimiser and its state.</summary>
    public Adam Optimizer { get; }
    /// <summary>Number of shards.</summary>
    public int Shards => _replicas.Length;
    /// <summary>Where the replicas live.</summary>
    public torch.Device Device { get; }

    /// <summary>Tells the replicas that <see cref="Weights"/> were written from outside.</summary>
    public void WeightsChanged() => _version++;

    /// <summary>Runs a job on one shard's network, in a dispose scope of its own, and gathers the gradients it leaves.</summary>
    /// <param name="shard">Index of the shard.</param>
    /// <param name="job">Forward and backward passes; gradients add up.</param>
    public void Shard(int shard, Action<LlamaNetwork> job)
    {
        var network = Current(shard);
        network.ZeroGradients();
        using (torch.NewDisposeScope()) job(network);
        Array.Clear(_gradients[shard]);
        network.AddGradientsTo(_gradients[shard]);
    }

    /// <summary>Runs a job on one shard's network without gradients.</summary>
    public void ShardWithoutGradient(int shard, Action<LlamaNetwork> job)
    {
        var network = Current(shard);
        using var off = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        job(network);
    }

    /// <summary>Adds the shards' gradients, clips them by their norm and updates the weights.</summary>
    /// <param name="learningRate">The rate of this update.</param>
    /// <param name="maxNorm">Largest gradient norm; 0 does not clip.</param>
    /// <returns>The norm before clipping. If it is not finite, nothing was changed.</returns>
    public double Apply(double learningRate, double maxNorm)
    {
        var gradient = _gradients[0];
        for (var shard = 1; shard < Shards; shard++) VectorMath.Add(_gradients[shard], gradient);
        var norm = VectorMath.Norm(gradient);
        if (!double.IsFinite(norm)) return norm;
        Optimizer.Update(Weights.Data, gradient, maxNorm > 0 && norm > maxNorm ? maxNorm / norm : 1, learningRate);
        _version++;
        return norm;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var replica in _replicas) replica.Dispose();
    }

    LlamaNetwork Current(int shard)
    {
        if (_loaded[shard] != _version) _replicas[shard].Load(Weights);
        _loaded[shard] = _version;
        return _replicas[shard];
    }
}
