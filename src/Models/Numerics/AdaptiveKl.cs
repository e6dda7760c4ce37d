namespace ActorRlhf.Models.Numerics;

/// <summary>The adaptive KL coefficient.</summary>
/// <remarks>Source: Ziegler et al. 2019 (arXiv 1909.08593), section 2.2: <c>e = clip(KL/target − 1, ±0.2), β ← β·(1 + e·n/horizon)</c>.</remarks>
public static class AdaptiveKl
{
    const double ErrorLimit = 0.2;

    /// <summary>The coefficient after a step.</summary>
    /// <param name="coefficient">β before the step.</param>
    /// <param name="kl">The step's mean sequence KL, nats.</param>
    /// <param name="target">KL to hold, nats.</param>
    /// <param name="episodes">n, episodes of the step.</param>
    /// <param name="horizon">Episodes over which a full correction is spread.</param>
    public static double Next(double coefficient, double kl, double target, int episodes, double horizon) =>
        coefficient * (1 + Math.Clamp(kl / target - 1, -ErrorLimit, ErrorLimit) * episodes / horizon);
}
