namespace ActorRlhf.Evaluation.Statistics;

/// <summary>A straight line through points by ordinary least squares, with the covariance of its two coefficients.</summary>
/// <remarks>
/// The intervals assume independent errors of equal size; points of
/// one training run are correlated, so there they are too narrow.
/// </remarks>
sealed class LinearFit
{
    readonly double _t;

    /// <summary>Fits <c>y = intercept + slope · x</c>.</summary>
    /// <param name="x">At least three values, not all equal.</param>
    /// <param name="y">As many values.</param>
    /// <exception cref="ArgumentException">Too few points, different lengths, a coordinate that is not finite, or all x equal.</exception>
    public LinearFit(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        if (x.Count != y.Count) throw new ArgumentException($"x has {x.Count} values and y has {y.Count}: they are pairs.");
        if (x.Count < 3) throw new ArgumentException($"A line with an interval needs at least 3 points, not {x.Count}.");
        if (!x.Concat(y).All(double.IsFinite)) throw new ArgumentException("A coordinate is not a finite number: leave failed points out.");

        var (meanX, meanY) = (x.Average(), y.Average());
        var spread = x.Sum(value => (value - meanX) * (value - meanX));
        if (!(spread > 0)) throw new ArgumentException($"All {x.Count} values of x are {x[0]}: no slope can be fitted.");

        Slope = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / spread;
        Intercept = meanY - Slope * meanX;
        var residuals = x.Zip(y, (a, b) => b - Intercept - Slope * a).Sum(residual => residual * residual);
        var degreesOfFreedom = x.Count - 2;
        var noise = residuals / degreesOfFreedom;
        SlopeVariance = noise / spread;
        InterceptVariance = noise * (1.0 / x.Count + meanX * meanX / spread);
        Covariance = -meanX * noise / spread;
        _t = StudentT.TwoSided(.95, degreesOfFreedom);
    }

    /// <summary>The slope.</summary>
    public double Slope { get; }
    /// <summary>The value at x = 0.</summary>
    public double Intercept { get; }
    /// <summary>Squared standard error of the slope.</summary>
    public double SlopeVariance { get; }
    /// <summary>Squared standard error of the intercept.</summary>
    public double InterceptVariance { get; }
    /// <summary>Covariance of intercept and slope.</summary>
    public double Covariance { get; }

    /// <summary>The 95% interval (Student's t) of a quantity derived from the coefficients.</summary>
    /// <param name="value">Its point estimate.</param>
    /// <param name="variance">Its squared standard error.</param>
    public Estimate Interval(double value, double variance)
    {
        var half = _t * Math.Sqrt(variance);
        return new Estimate(value, value - half, value + half);
    }
}
