namespace ActorRlhf.Evaluation.Statistics.Ranking;

/// <summary>How well a score tells completions that an evaluator passes from those it fails: the area under the ROC curve.</summary>
public static class RocAuc
{
    /// <summary>Name of the interval: DeLong's standard error on the scale of logits.</summary>
    public const string Method = "delong-logit";

    /// <summary>P(score of a positive > score of a negative) + ½P(equal), with <c>logit⁻¹(logit A ± z·se/(A(1 − A)))</c>.</summary>
    /// <param name="scores">Score by completion.</param>
    /// <param name="labels">True for the positive ones, in the same order.</param>
    /// <returns>
    /// N is the number of completions; null where all have one label. At A = 1 the interval is [s/(s + z²), 1] with s the size of the
    /// smaller class, at 0 its mirror. None where a class has one completion, or no placement differs from another.
    /// </returns>
    /// <remarks>se = √(var(V₊)/m + var(V₋)/n) over the placements: DeLong, DeLong and Clarke-Pearson 1988 (Biometrics 44).</remarks>
    /// <exception cref="ArgumentException">Scores and labels differ in number, or a score is not finite.</exception>
    public static Measured? Of(IReadOnlyList<double> scores, IReadOnlyList<bool> labels)
    {
        if (scores.Count != labels.Count) throw new ArgumentException($"{scores.Count} scores and {labels.Count} labels: they are pairs.");
        Series.RequireFinite(scores, "scores");
        double[] positive = [.. scores.Where((_, i) => labels[i]).Order()], negative = [.. scores.Where((_, i) => !labels[i]).Order()];
        if (positive.Length == 0 || negative.Length == 0) return null;

        double[] abovePlacements = [.. positive.Select(score => Placement(score, negative))];
        double[] belowPlacements = [.. negative.Select(score => 1 - Placement(score, positive))];
        var (above, below) = (Summary.Of(abovePlacements), Summary.Of(belowPlacements));
        var (area, n, smaller) = (above.Mean, scores.Count, Math.Min(positive.Length, negative.Length));
        const double square = NormalQuantile.At975 * NormalQuantile.At975;
        if (area == 1) return new Measured(1, smaller / (smaller + square), 1, n, Method);
        if (area == 0) return new Measured(0, 0, square / (smaller + square), n, Method);
        if (above.StandardError is not { } errorAbove || below.StandardError is not { } errorBelow
            || (!Series.Varies(abovePlacements) && !Series.Varies(belowPlacements)))
            return new Measured(area, null, null, n, Method);

        var error = double.Hypot(errorAbove, errorBelow);
        var (centre, half) = (Math.Log(area / (1 - area)), NormalQuantile.At975 * error / (area * (1 - area)));
        return new Measured(area, Sigmoid(centre - half), Sigmoid(centre + half), n, Method) { StandardError = error };
    }

    /// <summary>The share of the others that a score exceeds; equal ones count half.</summary>
    static double Placement(double score, double[] others) =>
        (CountBelow(others, score, orEqual: false) + CountBelow(others, score, orEqual: true)) / (2.0 * others.Length);

    static int CountBelow(double[] sorted, double score, bool orEqual)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle] < score || (orEqual && sorted[middle] == score) ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
