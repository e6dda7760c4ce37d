namespace ActorRlhf.Evaluation.Statistics.Comparisons;

/// <summary>How much one change goes with another over prompts, such as an evaluator's with the proxy's.</summary>
public static class Slope
{
    /// <summary>Slope of the line of least squares, with Student's interval at n − 2 degrees of freedom.</summary>
    /// <param name="x">What explains, by prompt.</param>
    /// <param name="y">What is explained, by prompt.</param>
    /// <returns>
    /// Null where x is the same for all prompts; no interval for two prompts, or where the line meets every point.
    /// </returns>
    /// <exception cref="ArgumentException">The numbers differ in number, there are none, or one is not finite.</exception>
    public static Measured? Of(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Series.RequirePairs(x, y, ("numbers x", "numbers y"));
        if (x.Count == 0) throw new ArgumentException("No prompts have no slope: leave the comparison out.", nameof(x));
        if (!Series.Varies(x)) return null;

        var (meanX, meanY) = (x.Average(), y.Average());
        double squaresX = 0, products = 0, squaresY = 0;
        for (var i = 0; i < x.Count; i++)
        {
            squaresX += (x[i] - meanX) * (x[i] - meanX);
            products += (x[i] - meanX) * (y[i] - meanY);
            squaresY += y[i] * y[i];
        }
        var slope = products / squaresX;
        var residual = 0.0;
        for (var i = 0; i < x.Count; i++)
        {
            var distance = y[i] - meanY - slope * (x[i] - meanX);
            residual += distance * distance;
        }
        // Residuals of a perfect line are roundings, about 1e-16 of y.
        return x.Count < 3 || residual <= 1e-24 * squaresY
            ? new Measured(slope, null, null, x.Count, MeanInterval.Method)
            : MeanInterval.Around(slope, Math.Sqrt(residual / (x.Count - 2) / squaresX), x.Count, x.Count - 2);
    }
}
