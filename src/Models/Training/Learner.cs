using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Training;

/// <summary>A model under training: the weights, the optimiser, and one replica of the network for every shard of a minibatch.</summary>
/// <remarks>
/// It owns the forward and backward passes: a trainer gives it rows and the derivative of its loss. A shard's passes run on one
/// thread; gradients are added in the order of the shards; so the result depends on the number of shards, which the recipe fixes,
/// and not on the number of threads. <see cref="Learn"/> and <see cref="Read"/> may be called for different shards at the same
/// time, everything else by the owner alone.
/// </remarks>
public sealed class Learner : IDisposable
{
    readonly INetwork[] _replicas;
    readonly float[][] _gradients;
    readonly int[] _loaded;                           // version of the weights in each replica
    int _version = 1;

    /// <param name="weights">Taken over and changed by training.</param>
    /// <param name="adam">The optimiser's constants.</param>
    /// <param name="shards">Number of parts a minibatch is cut into.</param>
    /// <param name="engine">Computes.</param>
    internal Learner(ModelWeights weights, AdamOptions adam, int shards, IEngine engine)
    {
        (Weights, Optimizer) = (weights, new Adam(weights.Layout, adam));
        _replicas = [.. Enumerable.Range(0, shards).Select(_ => engine.Network(weights.Config, weights.Head))];
        _gradients = [.. _replicas.Select(_ => new float[weights.Data.Length])];
        _loaded = new int[shards];
    }

    /// <summary>The weights; read them between updates only.</summary>
    public ModelWeights Weights { get; }
    /// <summary>The optimiser and its state.</summary>
    public Adam Optimizer { get; }
    /// <summary>Number of shards.</summary>
    internal int Shards => _replicas.Length;

    /// <summary>Tells the replicas that <see cref="Weights"/> were written from outside.</summary>
    internal void WeightsChanged() => _version++;

    /// <summary>
    /// Forward and backward passes over one shard's rows, group after group; the gradients add up until <see cref="Apply"/>.
    /// </summary>
    /// <param name="shard">Index of the shard.</param>
    /// <param name="output">What the loss reads.</param>
    /// <param name="sequences">The sequences that rows are of.</param>
    /// <param name="units">The shard's rows, those together that the loss reads together.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="gradient">The loss's derivative by what it reads.</param>
    internal void Learn(
        int shard, NetworkOutput output, IReadOnlyList<TokenSequence> sequences,
        IReadOnlyList<int[]> units, double temperature, LossGradient gradient)
    {
        var network = Current(shard);
        network.ZeroGradients();
        foreach (var rows in network.Groups(sequences, units, output)) network.Learn(output, sequences, rows, temperature, gradient);
        Array.Clear(_gradients[shard]);
        network.AddGradientsTo(_gradients[shard]);
    }

    /// <summary>Outputs for one shard's rows, without gradients.</summary>
    /// <param name="shard">Index of the shard.</param>
    /// <param name="output">What is read.</param>
    /// <param name="sequences">The sequences that rows are of.</param>
    /// <param name="rows">The shard's rows.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="read">Gets each group's rows and its numbers, row after row.</param>
    internal void Read(
        int shard, NetworkOutput output, IReadOnlyList<TokenSequence> sequences,
        IReadOnlyList<int> rows, double temperature, Action<int[], float[]> read)
    {
        var network = Current(shard);
        foreach (var group in network.Groups(sequences, ShardRows.Units(rows), output))
            read(group, network.Read(output, sequences, group, temperature));
    }

    /// <summary>Adds the shards' gradients, clips them by their norm and updates the weights.</summary>
    /// <param name="learningRate">The rate of this update.</param>
    /// <param name="maxNorm">Largest gradient norm; 0 does not clip.</param>
    /// <returns>The norm before clipping. If it is not finite, nothing was changed.</returns>
    internal double Apply(double learningRate, double maxNorm)
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

    INetwork Current(int shard)
    {
        if (_loaded[shard] != _version) _replicas[shard].Load(Weights);
        _loaded[shard] = _version;
        return _replicas[shard];
    }
}
