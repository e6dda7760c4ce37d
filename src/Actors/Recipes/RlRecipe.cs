using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Recipes;

/// <summary>The RL stage, section <c>rl</c>. Defaults follow Huang et al. 2024 (arXiv 2403.17031) unless said.</summary>
public sealed record RlRecipe
{
    /// <summary>How the policy is improved. Default <c>ppo</c>.</summary>
    public RlAlgorithm Algorithm { get; init; } = RlAlgorithm.Ppo;
    /// <summary>RL steps, 1 to 10000000. Default 200.</summary>
    public int Steps { get; init; } = 200;
    /// <summary>Completions a step, 1 to 65536. Default 64.</summary>
    public int Episodes { get; init; } = 64;
    /// <summary>Passes over a step's completions, 1 to 100. Default 4.</summary>
    public int Epochs { get; init; } = 4;
    /// <summary>Optimiser steps an epoch, 1 to 65536; divides the episodes. Default 1.</summary>
    public int Minibatches { get; init; } = 1;
    /// <summary>
    /// Learning rate of the policy's Adam at the first step, above 0 and at most 1. Default 0.00006 (measured on Pocket).
    /// </summary>
    public double LearningRate { get; init; } = 6e-5;
    /// <summary>Share of the learning rates that the last step has; linear between, 0 to 1. Default 0.1.</summary>
    public double LearningRateFinal { get; init; } = 0.1;
    /// <summary>
    /// Learning rate of the critic's Adam at the first step, above 0 and at most 1; null is that of the policy. Default null.
    /// </summary>
    public double? CriticLearningRate { get; init; }
    /// <summary>ε: the probability ratio is clipped to 1 ± ε, above 0 and below 1. Default 0.2.</summary>
    public double Clip { get; init; } = 0.2;
    /// <summary>New values stay this close to the old ones, above 0 and at most 1000. Default 0.2.</summary>
    public double ValueClip { get; init; } = 0.2;
    /// <summary>Weight of the value loss, 0 to 100, which the critic's own Adam takes out again but for its ε. Default 0.1.</summary>
    public double ValueCoefficient { get; init; } = 0.1;
    /// <summary>γ, discount a token, 0 to 1. Default 1.</summary>
    public double Gamma { get; init; } = 1;
    /// <summary>λ of generalised advantage estimation (Schulman et al. 2015, arXiv 1506.02438), 0 to 1. Default 0.95.</summary>
    public double Lambda { get; init; } = 0.95;
    /// <summary>Gradients are scaled down to this global L2 norm, above 0 and at most 1000000. Default 1.</summary>
    public double MaxGradientNorm { get; init; } = 1;
    /// <summary>Whether per-token rewards are divided by their standard deviation; the mean stays. Default false.</summary>
    public bool WhitenRewards { get; init; }
    /// <summary>Scores are clipped to ± this, 0 to 1000000. Default 0: off.</summary>
    public double RewardClip { get; init; }
    /// <summary>What the score of a completion without EOS becomes. Default <c>subtract</c>.</summary>
    public MissingEosRule MissingEos { get; init; } = MissingEosRule.Subtract;
    /// <summary>The penalty of that rule, 0 to 1000. Default 3.</summary>
    public double MissingEosPenalty { get; init; } = 3;
    /// <summary>
    /// Bound c on the loss of tokens with a negative advantage (Ye et al.
    /// 2020, arXiv 1912.09729), 0 or above 1 and at most 1000. Default 0: off.
    /// </summary>
    public double DualClip { get; init; }
    /// <summary>
    /// How the policy's per-token losses become one number; the value loss is always the mean over tokens. Default <c>token-mean</c>.
    /// </summary>
    public LossAggregation LossAggregation { get; init; } = LossAggregation.TokenMean;
    /// <summary>What happens when a number is NaN or infinite. Default <c>stop</c>.</summary>
    public NonFiniteRule OnNonFinite { get; init; } = NonFiniteRule.Stop;
}
