using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Host.Contracts;

/// <summary>A mean over prompts.</summary>
/// <param name="StandardError">Of that mean; null for one prompt.</param>
sealed record MeanLine(double Mean, double? StandardError)
{
    public static MeanLine Of(IReadOnlyList<double> values)
    {
        var summary = Summary.Of(values);
        return new MeanLine(summary.Mean, summary.StandardError);
    }
}
