using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Recipes;

/// <summary>The reward models, section <c>reward</c>.</summary>
public sealed record RewardRecipe
{
    /// <summary>Reward models in the ensemble, 1 to 16; they differ by seed of head and data order. Default 3.</summary>
    public int Members { get; init; } = 3;
    /// <summary>How their scores become one reward. Default <c>mean</c>.</summary>
    public RewardAggregation Aggregation { get; init; } = RewardAggregation.Mean;
    /// <summary>
    /// λ, weight of the variance in <c>uncertainty-weighted</c>, 0 to 1000. Default 0.5 (Coste et al. 2023, arXiv 2310.02743).
    /// </summary>
    public double Lambda { get; init; } = 0.5;
    /// <summary>Passes over the comparisons, 1 to 100. Default 2.</summary>
    public int Epochs { get; init; } = 2;
    /// <summary>Comparisons a step, 1 to 65536. Default 128.</summary>
    public int Batch { get; init; } = 128;
    /// <summary>Learning rate of AdamW, above 0 and at most 1. Default 0.001.</summary>
    public double LearningRate { get; init; } = 1e-3;
    /// <summary>Decoupled weight decay, 0 to 1. Default 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;
    /// <summary>
    /// Coefficient c of (r_chosen + r_rejected)² in the loss, 0 to 100. Default 0: off (Eisenstein et al. 2023, arXiv 2312.09244).
    /// </summary>
    public double Centering { get; init; }
    /// <summary>Completions of the policy before RL on which each member is standardised, 2 to 1000000. Default 512.</summary>
    public int CalibrationSamples { get; init; } = 512;
}
