using ActorRlhf.Evaluation.Numerics;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>How a reward model does on comparisons it did not learn from.</summary>
/// <param name="Accuracy">Share in which the preferred completion scores higher, against the labels as given; a tie counts half.</param>
/// <param name="CalibrationError">Expected calibration error of σ(r_c − r_r), 10 equal bins of confidence.</param>
/// <param name="LengthCorrelation">Pearson correlation of score and completion length; 0 where either is constant.</param>
public sealed record RewardModelReport(double Accuracy, double CalibrationError, double LengthCorrelation)
{
    const int Bins = 10;

    /// <summary>Computes the report.</summary>
    /// <param name="comparisons">Held-out comparisons.</param>
    /// <param name="chosen">(N) scores of the preferred completions.</param>
    /// <param name="rejected">(N) scores of the others.</param>
    public static RewardModelReport Of(IReadOnlyList<Comparison> comparisons, ReadOnlySpan<float> chosen, ReadOnlySpan<float> rejected)
    {
        var right = 0.0;
        var (confidence, correct, count) = (new double[Bins], new double[Bins], new double[Bins]);
        for (var i = 0; i < chosen.Length; i++)
        {
            var outcome = chosen[i] > rejected[i] ? 1.0 : chosen[i] == rejected[i] ? 0.5 : 0;
            right += outcome;
            // The model bets on the higher score: its confidence is in [½, 1].
            var sure = 1 / (1 + PortableMath.Exp(-Math.Abs((double)chosen[i] - rejected[i])));
            var bin = Math.Min(Bins - 1, (int)((sure - 0.5) * 2 * Bins));
            (confidence[bin], correct[bin], count[bin]) = (confidence[bin] + sure, correct[bin] + outcome, count[bin] + 1);
        }
        var error = 0.0;
        for (var bin = 0; bin < Bins; bin++) error += Math.Abs(confidence[bin] - correct[bin]) / chosen.Length;

        var lengths = comparisons.Select(c => (double)c.Chosen.CompletionLength)
            .Concat(comparisons.Select(c => (double)c.Rejected.CompletionLength)).ToArray();
        double[] scores = [.. chosen.ToArray().Select(score => (double)score), .. rejected.ToArray().Select(score => (double)score)];
        return new RewardModelReport(right / chosen.Length, error, Correlation(scores, lengths));
    }

    static double Correlation(double[] x, double[] y)
    {
        var (meanX, meanY) = (x.Average(), y.Average());
        double xy = 0, xx = 0, yy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var (dx, dy) = (x[i] - meanX, y[i] - meanY);
            (xy, xx, yy) = (xy + dx * dy, xx + dx * dx, yy + dy * dy);
        }
        return xx == 0 || yy == 0 ? 0 : xy / Math.Sqrt(xx * yy);
    }
}
