namespace ActorRlhf.Models.Algorithms.Ppo;

/// <summary>Constants of PPO's update.</summary>
public sealed record PpoOptions
{
    /// <summary>Passes over the episodes of a step.</summary>
    public int Epochs { get; init; } = 4;
    /// <summary>Updates per pass; divides the number of episodes.</summary>
    public int Minibatches { get; init; } = 1;
    /// <summary>ε of the policy's ratio.</summary>
    public double Clip { get; init; } = 0.2;
    /// <summary>c of dual clip; 0 switches it off.</summary>
    public double DualClip { get; init; }
    /// <summary>Largest change of a value that counts.</summary>
    public double ValueClip { get; init; } = 0.2;
    /// <summary>Weight of the value loss; the critic's Adam divides it out again, but for its ε.</summary>
    public double ValueCoefficient { get; init; } = 0.1;
    /// <summary>Largest gradient norm, of policy and critic each.</summary>
    public double MaxGradientNorm { get; init; } = 1;
    /// <summary>How the policy's token losses become one; the value loss is the mean over tokens.</summary>
    public LossAggregation Aggregation { get; init; } = LossAggregation.TokenMean;
    /// <summary>The constant length of <see cref="LossAggregation.DrGrpo"/>: the longest completion allowed.</summary>
    public int MaxLength { get; init; } = 1;
    /// <summary>Divides the logits, as in the rollout.</summary>
    public double Temperature { get; init; } = 1;
}
