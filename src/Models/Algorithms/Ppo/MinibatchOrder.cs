using ActorRlhf.Models.Randomness;

namespace ActorRlhf.Models.Algorithms.Ppo;

/// <summary>Which episodes each minibatch of an epoch takes: drawn anew for every epoch, for training and audit alike.</summary>
public static class MinibatchOrder
{
    /// <summary>The minibatches of one epoch.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The step, from 1.</param>
    /// <param name="epoch">From 0.</param>
    /// <param name="episodes">Episodes of the step.</param>
    /// <param name="minibatches">Divides the episodes.</param>
    /// <returns>(minibatches)(b) places in the step's episodes.</returns>
    public static int[][] Of(ulong seed, int step, int epoch, int episodes, int minibatches) =>
        [.. Purpose.MinibatchOrder.Draws(seed, (uint)step, (uint)epoch).Permutation(episodes).Chunk(episodes / minibatches)];
}
