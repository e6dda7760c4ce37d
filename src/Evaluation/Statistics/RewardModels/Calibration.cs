using ActorRlhf.Evaluation.Statistics.Comparisons;

namespace ActorRlhf.Evaluation.Statistics.RewardModels;

/// <summary>Whether a reward model is as often right on pairs as it is sure.</summary>
/// <param name="Accuracy">Share of pairs with a positive margin, with Wilson's interval.</param>
/// <param name="Brier">Mean (1 − σ(margin))², with Student's interval; .25 for a model that is never sure.</param>
/// <param name="Ece">Expected calibration error: mean distance of confidence and accuracy over bins. Biased upward.</param>
/// <param name="EceIfCalibrated">What a calibrated model with these confidences would get on average: the part that is noise.</param>
/// <param name="DebiasedSquare">
/// Mean squared distance less its noise; may be negative, for a calibrated model as often as not. Null where a bin has one pair.
/// </param>
/// <param name="Bins">The bins, least sure first.</param>
public sealed record Calibration(
    Measured Accuracy, Measured Brier, double Ece, double EceIfCalibrated, double? DebiasedSquare, IReadOnlyList<CalibrationBin> Bins)
{
    /// <summary>Number of bins where nothing else is asked.</summary>
    public const int DefaultBins = 10;

    /// <summary>Calibration on pairs of one chosen and one rejected completion.</summary>
    /// <param name="margins">Score of the chosen minus score of the rejected, in nats, by pair.</param>
    /// <param name="bins">Number of bins of equal count, B; fewer pairs than that have a bin each.</param>
    /// <remarks>
    /// The label "chosen" is always 1, so the confidence σ(|m|) is binned against m > 0. ECE of equal-mass bins and the debiased square:
    /// Kumar et al. 2019 (arXiv 1909.10155), §5. A calibrated model's: each bin's sum is about normal with variance Σ p(1 − p), and the
    /// mean distance of a normal from 0 is √(2/π) standard deviations.
    /// </remarks>
    /// <exception cref="ArgumentException">There are no margins, or one is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of bins is not positive.</exception>
    public static Calibration Of(IReadOnlyList<double> margins, int bins = DefaultBins)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        Series.RequireFinite(margins, "margins");
        var n = margins.Count;
        if (Proportion.Of(margins.Count(margin => margin > 0), n) is not { } accuracy)
            throw new ArgumentException("No pairs have no calibration: leave it out.", nameof(margins));

        var brier = MeanInterval.Of([.. margins.Select(margin => Sigmoid(-margin) * Sigmoid(-margin))]);
        double[] sorted = [.. margins.OrderBy(Math.Abs)]; // stable, and σ keeps the order
        var made = new List<CalibrationBin>();
        double ece = 0, ifCalibrated = 0, square = 0;
        for (long bin = 0; bin < bins; bin++)
        {
            var inBin = sorted[(int)(bin * n / bins)..(int)((bin + 1) * n / bins)];
            if (inBin.Length == 0) continue;
            var confidence = inBin.Average(margin => Sigmoid(Math.Abs(margin)));
            var right = inBin.Count(margin => margin > 0) / (double)inBin.Length;
            var variance = inBin.Sum(margin => Sigmoid(margin) * Sigmoid(-margin));
            made.Add(new CalibrationBin(inBin.Length, confidence, right));
            var weight = inBin.Length / (double)n;
            ece += weight * Math.Abs(right - confidence);
            ifCalibrated += weight * Math.Sqrt(2 / Math.PI * variance) / inBin.Length;
            square += weight * ((right - confidence) * (right - confidence) - right * (1 - right) / (inBin.Length - 1));
        }
        return new Calibration(accuracy, brier, ece, ifCalibrated, made.Exists(bin => bin.Count == 1) ? null : square, made);
    }

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
