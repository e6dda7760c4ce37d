namespace ActorRlhf.Evaluation.Contract;

/// <summary>Between which numbers a metric lies, fixed before anything is measured.</summary>
/// <param name="Least">The lowest possible value.</param>
/// <param name="Most">The highest possible value, above <paramref name="Least"/>.</param>
public sealed record MetricRange(double Least, double Most)
{
    /// <summary>What is 1 or 0, a share, or a probability.</summary>
    public static MetricRange Share { get; } = new(0, 1);

    /// <summary>A value as a share of the way from the worst to the best, in [0, 1].</summary>
    /// <param name="value">A value of the metric; one outside of the range counts as its end.</param>
    /// <param name="direction">Which way is better.</param>
    /// <exception cref="ArgumentException">No way is better.</exception>
    public double Goodness(double value, MetricDirection direction)
    {
        var share = (Math.Clamp(value, Least, Most) - Least) / (Most - Least);
        return direction switch
        {
            MetricDirection.Higher => share,
            MetricDirection.Lower => 1 - share,
            _ => throw new ArgumentException("Of a metric without a direction no value is better than another.", nameof(direction)),
        };
    }
}
