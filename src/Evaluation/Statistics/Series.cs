namespace ActorRlhf.Evaluation.Statistics;

/// <summary>What every statistic asks of the numbers it is given.</summary>
static class Series
{
    /// <summary>Two series about the same units, in the same order, all finite.</summary>
    /// <param name="names">What they are, for the message, such as <c>scores before</c>.</param>
    /// <exception cref="ArgumentException">They differ in length, or a number is not finite.</exception>
    public static void RequirePairs(IReadOnlyList<double> first, IReadOnlyList<double> second, (string First, string Second) names)
    {
        if (first.Count != second.Count)
            throw new ArgumentException($"{first.Count} {names.First} and {second.Count} {names.Second}: they are pairs.");
        RequireFinite(first, names.First);
        RequireFinite(second, names.Second);
    }

    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public static void RequireFinite(IReadOnlyList<double> values, string names)
    {
        for (var i = 0; i < values.Count; i++)
            if (!double.IsFinite(values[i]))
                throw new ArgumentException(FormattableString.Invariant(
                    $"Number {i} of the {names} is {values[i]}, not finite: count it as failed and leave its prompt out."));
    }

    /// <summary>False where all values are the same but for rounding, so that they say nothing about their spread.</summary>
    public static bool Varies(IReadOnlyList<double> values)
    {
        if (values.Count == 0) return false;
        double low = values[0], high = values[0];
        foreach (var value in values) (low, high) = (Math.Min(low, value), Math.Max(high, value));
        return high - low > 1e-12 * Math.Max(Math.Abs(low), Math.Abs(high)); // differences of sums round to about 1e-15 of them
    }
}
