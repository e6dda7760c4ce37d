using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace ActorRlhf.Evaluation.Statistics;

/// <summary>Quantiles of Student's t, right to 10 digits.</summary>
/// <remarks>
/// MathNet's own quantiles are right to 7 digits only in the tails, and fail for few degrees of freedom; its tails are good up to some
/// thousands of degrees of freedom, so Newton's method on them is used there, and above an expansion.
/// </remarks>
static class StudentQuantile
{
    const double FreedomForExpansion = 1000; // the first term left out is below 1e-11 of the quantile up to p = 1 − 1e-6

    /// <summary>The .975 quantile, for two-sided 95% intervals.</summary>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double At975(double freedom) => Of(freedom, .975);

    /// <summary>t with P(T ≤ t) = <paramref name="probability"/>.</summary>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    /// <param name="probability">In (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static double Of(double freedom, double probability)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(freedom, 1);
        if (!(probability is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A quantile belongs to a probability between 0 and 1.");
        if (probability < .5) return -Of(freedom, 1 - probability);
        if (probability == .5) return 0;

        var t = Expansion(freedom, Normal.InvCDF(0, 1, probability));
        if (freedom > FreedomForExpansion) return t;
        // The tail is convex, and where the expansion is far off it is below the quantile: the steps go up to it without overshoot.
        for (var step = 0; step < 60; step++)
        {
            var change = (Tail(freedom, t) - (1 - probability)) / StudentT.PDF(0, 1, freedom, t);
            t += change;
            if (Math.Abs(change) <= 1e-13 * t) break;
        }
        return t;
    }

    /// <summary>P(T > t) for t > 0, without the loss of digits of 1 − P(T ≤ t).</summary>
    static double Tail(double freedom, double t) => SpecialFunctions.BetaRegularized(freedom / 2, .5, freedom / (freedom + t * t)) / 2;

    /// <summary>Fisher and Cornish 1960, as in Abramowitz and Stegun 26.7.5, by powers of 1/ν.</summary>
    static double Expansion(double freedom, double z)
    {
        var square = z * z;
        var g1 = (square + 1) / 4;
        var g2 = ((5 * square + 16) * square + 3) / 96;
        var g3 = (((3 * square + 19) * square + 17) * square - 15) / 384;
        var g4 = ((((79 * square + 776) * square + 1482) * square - 1920) * square - 945) / 92160;
        return z * (1 + (g1 + (g2 + (g3 + g4 / freedom) / freedom) / freedom) / freedom);
    }
}
