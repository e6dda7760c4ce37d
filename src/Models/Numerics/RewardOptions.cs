namespace ActorRlhf.Models.Numerics;

/// <summary>How scores and KL become advantages: everything that a counterfactual may change without generating again.</summary>
public sealed record RewardOptions
{
    /// <summary>β, weight of the per-token KL penalty.</summary>
    public required double KlCoefficient { get; init; }
    /// <summary>The estimator of that penalty.</summary>
    public KlEstimator KlEstimator { get; init; } = KlEstimator.K1;
    /// <summary>What happens without EOS.</summary>
    public MissingEosRule MissingEos { get; init; } = MissingEosRule.Subtract;
    /// <summary>The penalty of that rule, in units of the score.</summary>
    public double MissingEosPenalty { get; init; } = 1;
    /// <summary>Scores are clipped to ± this first; 0 does not clip.</summary>
    public double RewardClip { get; init; }
    /// <summary>Divides the rewards by their standard deviation over the batch, without moving the mean.</summary>
    public bool WhitenRewards { get; init; }
    /// <summary>γ.</summary>
    public double Gamma { get; init; } = 1;
    /// <summary>λ of GAE.</summary>
    public double Lambda { get; init; } = 0.95;
}
