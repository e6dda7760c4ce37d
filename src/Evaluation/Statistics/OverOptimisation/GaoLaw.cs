namespace ActorRlhf.Evaluation.Statistics.OverOptimisation;

/// <summary>A law of over-optimisation fitted to points of gain over distance, and where its gold score peaks.</summary>
/// <param name="Form">The law's shape.</param>
/// <param name="Alpha">α: the gain by unit of distance near the reference, in units of the score by √nat.</param>
/// <param name="Beta">β: how the gain by unit of distance falls; positive where the score over-optimises.</param>
/// <param name="RSquared">Share of the variance of R (not of R/d) that the law explains; null where all R are equal.</param>
/// <param name="AlphaVariance">Variance of α's estimate.</param>
/// <param name="BetaVariance">Variance of β's estimate.</param>
/// <param name="Covariance">Covariance of the estimates of α and β.</param>
/// <param name="N">Number of points.</param>
/// <remarks>
/// Source: Gao, Schulman and Hilton 2022 (arXiv 2210.10760), equations 1 and 2; here by ordinary least squares of R/d on ln d or d.
/// Points of one run share prompts and policy: the interval says how well they fix the curve, not how another seed would fall.
/// </remarks>
public sealed record GaoLaw(
    GaoForm Form, double Alpha, double Beta, double? RSquared, double AlphaVariance, double BetaVariance, double Covariance, int N)
{
    const double Confidence = .975; // of each end: 95% between them

    /// <summary>Fits the law.</summary>
    /// <param name="form">The law's shape.</param>
    /// <param name="distances">d = √KL of each point from the reference, in √nats; positive, so without the reference itself.</param>
    /// <param name="gains">R of the same points: gold score minus the reference's.</param>
    /// <returns>Null for fewer than three points or equal distances, which fix no line with an error.</returns>
    /// <exception cref="ArgumentException">The points differ in number, a distance is not positive, or a number is not finite.</exception>
    public static GaoLaw? Of(GaoForm form, IReadOnlyList<double> distances, IReadOnlyList<double> gains)
    {
        if (distances.Count != gains.Count)
            throw new ArgumentException($"{distances.Count} distances and {gains.Count} gains: they are pairs.");
        if (!distances.All(d => double.IsFinite(d) && d > 0))
            throw new ArgumentException("A distance is not a positive number to divide by: leave the reference out.", nameof(distances));
        if (!gains.All(double.IsFinite)) throw new ArgumentException("A gain is not a finite number: leave the point out.", nameof(gains));
        var n = distances.Count;
        if (n < 3 || distances.All(d => d == distances[0])) return null;

        var x = distances.Select(d => Regressor(form, d)).ToArray();
        var y = gains.Zip(distances, (gain, d) => gain / d).ToArray();
        var (meanX, meanY) = (x.Sum() / n, y.Sum() / n);
        double squares = 0, products = 0;
        for (var i = 0; i < n; i++)
        {
            squares += (x[i] - meanX) * (x[i] - meanX);
            products += (x[i] - meanX) * (y[i] - meanY);
        }
        var slope = products / squares;
        var variance = x.Zip(y, (a, b) => b - meanY - slope * (a - meanX)).Sum(error => error * error) / (n - 2);
        // β is minus the slope, so that its covariance with the intercept α has the other sign.
        var law = new GaoLaw(form, meanY - slope * meanX, -slope, null,
            variance * (1.0 / n + meanX * meanX / squares), variance / squares, variance * meanX / squares, n);
        return law with { RSquared = Explained(gains, [.. distances.Select(law.At)]) };
    }

    /// <summary>The law's gain at a distance.</summary>
    /// <param name="distance">d in √nats, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The distance is negative or not a number.</exception>
    public double At(double distance)
    {
        if (!(distance >= 0)) throw new ArgumentOutOfRangeException(nameof(distance), distance, "A distance is at least 0.");
        return distance == 0 ? 0 : distance * (Alpha - Beta * Regressor(Form, distance));
    }

    /// <summary>The distance in √nats at which the gold score peaks, with Fieller's 95% interval.</summary>
    /// <value>Null: no peak yet, the points do not establish that the gain by distance falls (β² ≤ t²·var β, or β negative).</value>
    /// <remarks>
    /// Source: Fieller 1954 (JRSS B 16) for ρ = α/β, whose ends turn into those of ρ/2, not below 0, or of e^(ρ − 1). The delta
    /// method's interval covers 80–92% with best-of-n. An end beyond float64 is null: unbounded.
    /// </remarks>
    public Measured? Peak
    {
        get
        {
            var t = StudentQuantile.Of(N - 2, Confidence);
            var (a, b, c) = (Beta * Beta - t * t * BetaVariance, Alpha * Beta - t * t * Covariance, Alpha * Alpha - t * t * AlphaVariance);
            if (!(a > 0) || Beta <= 0) return null;
            var root = Math.Sqrt(Math.Max(0, b * b - a * c)); // negative by rounding alone: α/β lies between the ends
            var (low, high) = (Distance((b - root) / a), Distance((b + root) / a));
            return new Measured(Distance(Alpha / Beta), low, double.IsFinite(high) ? high : null, N, "fieller");
        }
    }

    /// <summary>How many nats a policy is past the peak: KL − d², negative before it.</summary>
    /// <param name="kl">The policy's KL from the reference, in nats.</param>
    /// <returns>With both ends of the peak's interval; null where there is no peak yet.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The divergence is negative or not finite.</exception>
    public Measured? PastPeak(double kl)
    {
        if (!(double.IsFinite(kl) && kl >= 0)) throw new ArgumentOutOfRangeException(nameof(kl), kl, "A divergence is at least 0 nats.");
        return Peak is { } peak
            ? new Measured(kl - peak.Value * peak.Value, kl - peak.High * peak.High, kl - peak.Low * peak.Low, N, peak.Method)
            : null;
    }

    static double Regressor(GaoForm form, double distance) => form switch
    {
        GaoForm.Reinforcement => Math.Log(distance),
        GaoForm.BestOfN => distance,
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "There is no such law."),
    };

    double Distance(double ratio) => Form == GaoForm.BestOfN ? Math.Max(0, ratio / 2) : Math.Exp(ratio - 1);

    static double? Explained(IReadOnlyList<double> gains, IReadOnlyList<double> fitted)
    {
        var mean = gains.Sum() / gains.Count;
        var total = gains.Sum(gain => (gain - mean) * (gain - mean));
        return total > 0 ? 1 - gains.Zip(fitted, (gain, fit) => (gain - fit) * (gain - fit)).Sum() / total : null;
    }
}
