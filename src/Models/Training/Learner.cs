using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Training;

/// <summary>A model under training: the weights, the optimiser, and the network that computes with them.</summary>
/// <remarks>
/// It owns the forward and backward passes: a trainer gives it rows and the derivative of its loss. A minibatch is cut into shards,
/// each of which is computed on one thread; gradients are added in the order of the shards; so the result depends on the number of
/// shards, which the recipe fixes, and not on the number of threads. <see cref="Learn"/> and <see cref="Read"/> may be called for
/// different shards at the same time, everything else by the owner alone, who is none of the workers.
/// </remarks>
public sealed class Learner : IDisposable
{
    readonly INetwork _network;
    readonly ComputeWorkers _workers;
    readonly GradientBuffers _buffers;
    readonly GradientSum _sum;

    /// <param name="weights">Taken over and changed by training.</param>
    /// <param name="adam">The optimiser's constants.</param>
    /// <param name="shards">Number of parts a minibatch is cut into.</param>
    /// <param name="workers">Share what is done for the whole model.</param>
    /// <param name="engine">Computes.</param>
    /// <param name="buffers">Memory for gradients, at least as long as the weights; learners that train side by side share them.</param>
    internal Learner(
        ModelWeights weights, AdamOptions adam, int shards, ComputeWorkers workers, IEngine engine, GradientBuffers buffers)
    {
        (Weights, Optimizer, Shards, _workers, _buffers) = (weights, new Adam(weights.Layout, adam), shards, workers, buffers);
        _sum = new GradientSum(weights.Data.Length, shards, buffers);
        _network = engine.Network(weights.Config, weights.Head);
        _network.Load(weights, workers);
    }

    /// <summary>The weights; read them between updates only.</summary>
    public ModelWeights Weights { get; }
    /// <summary>The optimiser and its state.</summary>
    public Adam Optimizer { get; }
    /// <summary>Number of shards.</summary>
    internal int Shards { get; }

    /// <summary>Tells the network that <see cref="Weights"/> were written from outside.</summary>
    internal void WeightsChanged() => _network.Load(Weights, _workers);

    /// <summary>Forgets gradients that were not applied; to be called before the first shard of a minibatch.</summary>
    internal void Begin() => _sum.Clear();

    /// <summary>
    /// Forward and backward passes over one shard's rows; once for each shard between <see cref="Begin"/> and <see cref="Apply"/>.
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
        var sum = _buffers.Rent();
        try
        {
            _network.Learn(output, sequences, units, temperature, gradient, sum.AsSpan(0, Weights.Data.Length));
        }
        catch
        {
            _buffers.Return(sum);
            throw;
        }
        _sum.Add(shard, sum);
    }

    /// <summary>Outputs for one shard's rows, without gradients.</summary>
    /// <param name="output">What is read.</param>
    /// <param name="sequences">The sequences that rows are of.</param>
    /// <param name="rows">The shard's rows.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="read">Gets each group's rows and its numbers, row after row.</param>
    internal void Read(
        NetworkOutput output, IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int> rows, double temperature,
        Action<int[], float[]> read) => _network.Read(output, sequences, ShardRows.Units(rows), temperature, read);

    /// <summary>Clips the shards' gradients by their norm and updates the weights.</summary>
    /// <param name="learningRate">The rate of this update.</param>
    /// <param name="maxNorm">Largest gradient norm; 0 does not clip.</param>
    /// <returns>The norm before clipping. If it is not finite, nothing was changed.</returns>
    /// <exception cref="InvalidOperationException">A shard has not learned since <see cref="Begin"/>.</exception>
    internal double Apply(double learningRate, double maxNorm)
    {
        var gradient = _sum.Total;
        var norm = VectorMath.Norm(gradient, _workers);
        if (double.IsFinite(norm))
        {
            Optimizer.Update(Weights.Data, gradient, maxNorm > 0 && norm > maxNorm ? maxNorm / norm : 1, learningRate, _workers);
            _network.Load(Weights, _workers);
        }
        _sum.Clear();
        return norm;
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
