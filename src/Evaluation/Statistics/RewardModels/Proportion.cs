namespace ActorRlhf.Evaluation.Statistics.RewardModels;

/// <summary>A share, such as an accuracy, and the difference of two.</summary>
public static class Proportion
{
    /// <summary>Name of the interval of a share.</summary>
    public const string Method = "wilson";

    /// <summary>Name of the interval of a difference.</summary>
    public const string DifferenceMethod = "newcombe";

    /// <summary>A share of n independent units.</summary>
    /// <param name="count">How many units have the property.</param>
    /// <param name="n">How many there are.</param>
    /// <returns>Null for no units.</returns>
    /// <exception cref="ArgumentException">The count is not in [0, n].</exception>
    public static Measured? Of(int count, int n)
    {
        if (n < 0 || count < 0 || count > n) throw new ArgumentException($"{count} of {n} is no share: a part is from 0 to the whole.");
        if (n == 0) return null;
        var (low, high) = Wilson(count / (double)n, n);
        return new Measured(count / (double)n, low, high, n, Method);
    }

    /// <summary>First share minus second, of different units: training minus held-out accuracy is over-<b>fitting</b>.</summary>
    /// <param name="count1">How many of the first units have the property.</param>
    /// <param name="n1">How many there are.</param>
    /// <param name="count2">How many of the second.</param>
    /// <param name="n2">How many there are.</param>
    /// <returns>N is that of both together; null where either has no units.</returns>
    /// <remarks>
    /// Newcombe 1998 (Statistics in Medicine 17), method 10: <c>d − √((p₁−l₁)² + (u₂−p₂)²)</c> to <c>d + √((u₁−p₁)² + (p₂−l₂)²)</c> with
    /// Wilson's ends l, u.
    /// </remarks>
    /// <exception cref="ArgumentException">A count is not in [0, n].</exception>
    public static Measured? Difference(int count1, int n1, int count2, int n2)
    {
        if (Of(count1, n1) is not { } first || Of(count2, n2) is not { } second) return null;
        var difference = first.Value - second.Value;
        var below = double.Hypot(first.Value - first.Low!.Value, second.High!.Value - second.Value);
        var above = double.Hypot(first.High!.Value - first.Value, second.Value - second.Low!.Value);
        return new Measured(difference, difference - below, difference + above, n1 + n2, DifferenceMethod);
    }

    /// <summary><c>(p + z²/2n ± z√(p(1−p)/n + z²/4n²))/(1 + z²/n)</c>, Wilson 1927, without correction for continuity.</summary>
    /// <param name="share">In [0, 1]; where units count in part, such as ties by half, the interval is too wide.</param>
    /// <param name="n">Number of units, positive.</param>
    internal static (double Low, double High) Wilson(double share, int n)
    {
        const double z = NormalQuantile.At975;
        var (scale, middle) = (1 + z * z / n, share + z * z / (2.0 * n));
        var half = z * Math.Sqrt(share * (1 - share) / n + z * z / (4.0 * n * n));
        // None and all reach to 0 and 1 exactly: a rounding above 0 would say that the interval excludes it.
        return (share == 0 ? 0 : Math.Max(0, (middle - half) / scale), share == 1 ? 1 : Math.Min(1, (middle + half) / scale));
    }
}
