namespace ActorRlhf.Evaluation.Statistics.Comparisons;

/// <summary>A mean over prompts with Student's interval.</summary>
public static class MeanInterval
{
    /// <summary>Name of the interval: mean ± t_{n−1} · s/√n.</summary>
    public const string Method = "t";

    /// <summary>The mean with its 95% interval.</summary>
    /// <param name="values">One number a unit, independent of each other.</param>
    /// <returns>No interval for a single value, or where all are the same: no spread was seen, so none can be ruled out.</returns>
    /// <exception cref="ArgumentException">There are no values, or one is not finite.</exception>
    public static Measured Of(IReadOnlyList<double> values)
    {
        var summary = Summary.Of(values);
        if (!Series.Varies(values) || summary.StandardError is not { } error)
            return new Measured(summary.Mean, null, null, summary.Count, Method) { StandardError = summary.StandardError };
        return Around(summary.Mean, error, summary.Count, summary.Count - 1);
    }

    /// <summary>An estimate ± t · its standard error.</summary>
    internal static Measured Around(double value, double error, int n, int freedom)
    {
        var half = StudentQuantile.At975(freedom) * error;
        return new Measured(value, value - half, value + half, n, Method) { StandardError = error };
    }
}
