namespace ActorRlhf.Actors.Recipes;

/// <summary>Which estimate of the KL divergence from the reference is the penalty (Schulman 2020, <i>Approximating KL Divergence</i>).</summary>
public enum KlEstimator
{
    /// <summary><c>k1</c>: Δ = logp − logpRef; unbiased, may be negative.</summary>
    K1,
    /// <summary><c>k3</c>: e^(−Δ) − 1 + Δ; never negative.</summary>
    K3,
}
