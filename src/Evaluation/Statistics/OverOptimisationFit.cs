namespace ActorRlhf.Evaluation.Statistics;

/// <summary>The law of reward model over-optimisation, fitted to measured points.</summary>
/// <remarks>
/// Source: Gao, Schulman and Hilton 2022 (arXiv 2210.10760), the two functional forms; both are
/// linear in α and β once divided by d, hence a regression of R/d on d or log d. Both laws use
/// d, not KL. Points of one run are correlated, so intervals from a single run are too narrow.
/// </remarks>
public sealed class OverOptimisationFit
{
    OverOptimisationFit(OverOptimisationLaw law, int count, LinearFit line)
    {
        (Law, Count) = (law, count);
        Alpha = line.Interval(line.Intercept, line.InterceptVariance);
        Beta = line.Interval(-line.Slope, line.SlopeVariance);
        if (Beta.Value <= 0 || (law == OverOptimisationLaw.BestOfN && Alpha.Value <= 0)) return;

        // Delta method for ρ = α/β, on which both peaks depend; cov(α, β) = −cov(intercept, slope).
        var ratio = Alpha.Value / Beta.Value;
        var variance = (line.InterceptVariance + 2 * ratio * line.Covariance + ratio * ratio * line.SlopeVariance)
            / (Beta.Value * Beta.Value);
        var (value, low, high) = line.Interval(ratio, Math.Max(0, variance));
        PeakDistance = law == OverOptimisationLaw.BestOfN
            ? new Estimate(value / 2, Math.Max(0, low / 2), high / 2)
            : new Estimate(Math.Exp(value - 1), Math.Exp(low - 1), Math.Exp(high - 1));
    }

    /// <summary>Which law was fitted.</summary>
    public OverOptimisationLaw Law { get; }
    /// <summary>Number of points.</summary>
    public int Count { get; }
    /// <summary>
    /// α: the slope of R at d = 0 for <see cref="OverOptimisationLaw.BestOfN"/>,
    /// the gain at d = 1 for <see cref="OverOptimisationLaw.Rl"/>.
    /// </summary>
    public Estimate Alpha { get; }
    /// <summary>
    /// β: how strongly optimisation turns against the true reward; its interval above 0 is evidence of over-optimisation.
    /// </summary>
    public Estimate Beta { get; }
    /// <summary>The distance at which R is largest: α/2β, or e^(α/β − 1); null where the law as fitted never turns down.</summary>
    public Estimate? PeakDistance { get; }

    /// <summary>The true reward gained at a distance, by the fitted law.</summary>
    /// <param name="distance">d = √KL, in √nats, positive.</param>
    public double GainAt(double distance) => distance * (Alpha.Value - Beta.Value * Abscissa(Law, distance));

    /// <summary>Fits a law.</summary>
    /// <param name="distances">
    /// d = √KL(π‖π₀) of at least three points, in √nats; positive,
    /// because R(0) = 0 holds by definition and carries no information.
    /// </param>
    /// <param name="gains">R of each point: true reward minus the true reward of the reference policy.</param>
    /// <exception cref="ArgumentException">
    /// Too few points, different lengths, a distance that is not positive, or all distances equal.
    /// </exception>
    public static OverOptimisationFit Of(OverOptimisationLaw law, IReadOnlyList<double> distances, IReadOnlyList<double> gains)
    {
        if (distances.Count != gains.Count)
            throw new ArgumentException($"{distances.Count} distances and {gains.Count} gains: they are pairs.");
        if (distances.Any(distance => !(distance > 0)))
            throw new ArgumentException(
                "Every distance √KL must be positive: leave out the points at the reference policy.", nameof(distances));
        var line = new LinearFit([.. distances.Select(distance => Abscissa(law, distance))],
            [.. gains.Zip(distances, (gain, distance) => gain / distance)]);
        return new OverOptimisationFit(law, distances.Count, line);
    }

    static double Abscissa(OverOptimisationLaw law, double distance) => law == OverOptimisationLaw.BestOfN ? distance : Math.Log(distance);
}
