namespace ActorRlhf.Models.Numerics;

/// <summary>How the KL divergence of the policy from the reference is estimated from sampled tokens.</summary>
public enum KlEstimator
{
    /// <summary><c>Δ = logp_π − logp_ref</c>: unbiased; may be negative for a sample and for a batch.</summary>
    K1 = 1,
    /// <summary><c>e^(−Δ) − 1 + Δ</c>: unbiased and never negative.</summary>
    K3 = 3,
}
