using ActorRlhf.Evaluation.Numerics;

namespace ActorRlhf.Models.Numerics;

/// <summary>Per-token KL estimators of the policy against the reference, in nats, float64.</summary>
/// <remarks>Source: Schulman 2020, <i>Approximating KL Divergence</i>: k1 and k3 with <c>Δ = logp_π − logp_ref</c>.</remarks>
public static class Kl
{
    /// <summary><c>Δ</c>.</summary>
    internal static double K1(double logProb, double refLogProb) => logProb - refLogProb;

    /// <summary><c>e^(−Δ) − 1 + Δ ≥ 0</c>.</summary>
    internal static double K3(double logProb, double refLogProb)
    {
        var delta = logProb - refLogProb;
        return PortableMath.ExpM1(-delta) + delta;
    }

    /// <summary>The chosen estimator for one token.</summary>
    internal static double Estimate(KlEstimator estimator, double logProb, double refLogProb) => estimator switch
    {
        KlEstimator.K1 => K1(logProb, refLogProb),
        KlEstimator.K3 => K3(logProb, refLogProb),
        _ => throw new ArgumentOutOfRangeException(nameof(estimator), estimator, "k1 or k3"),
    };

    /// <summary>The chosen estimator summed over one completion's tokens.</summary>
    /// <param name="estimator">k1 or k3.</param>
    /// <param name="logProbs">(T) nats.</param>
    /// <param name="refLogProbs">(T) nats.</param>
    public static double Sum(KlEstimator estimator, ReadOnlySpan<float> logProbs, ReadOnlySpan<float> refLogProbs)
    {
        var sum = 0.0;
        for (var t = 0; t < logProbs.Length; t++) sum += Estimate(estimator, logProbs[t], refLogProbs[t]);
        return sum;
    }
}
