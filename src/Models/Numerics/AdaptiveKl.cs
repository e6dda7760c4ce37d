namespace ActorRlhf.Models.Numerics;

/// <summary>The adaptive KL coefficient.</summary>
/// <remarks>
/// Source: Ziegler et al. 2019 (arXiv 1909.08593), section 2.2: <c>e = clip(KL/target − 1, ±0.2), β ← β·(1 + e·n/horizon)</c>.
/// </remarks>
public static class AdaptiveKl
{
    const double ErrorLimit = 0.2;
    const double LeastFactor = 0.01;                  // with n > 5·horizon the formula would turn the penalty into a reward
    const double Least = 1e-300, Most = 1e300;        // not denormal, from which no factor leads away; and no infinity

    /// <summary>The coefficient after a step, which never leaves (0, ∞): a step takes it to a hundredth at most.</summary>
    /// <param name="coefficient">β before the step.</param>
    /// <param name="kl">The step's mean sequence KL, nats.</param>
    /// <param name="target">KL to hold, nats.</param>
    /// <param name="episodes">n, episodes of the step.</param>
    /// <param name="horizon">Episodes over which a full correction is spread.</param>
    public static double Next(double coefficient, double kl, double target, int episodes, double horizon) =>
        Math.Clamp(coefficient * Math.Max(LeastFactor, Factor(kl, target, episodes, horizon)), Least, Most);

    /// <summary>The same as runs before logic version 3 had it: negative or 0 where n is 5·horizon or more.</summary>
    /// <inheritdoc cref="Next"/>
    public static double NextWithoutBounds(double coefficient, double kl, double target, int episodes, double horizon) =>
        coefficient * Factor(kl, target, episodes, horizon);

    static double Factor(double kl, double target, int episodes, double horizon) =>
        1 + Math.Clamp(kl / target - 1, -ErrorLimit, ErrorLimit) * episodes / horizon;
}
