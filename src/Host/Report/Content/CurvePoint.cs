using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Comparisons;

namespace ActorRlhf.Host.Report.Content;

/// <summary>One evaluated step of a run, as figures show it.</summary>
/// <param name="Step">The step.</param>
/// <param name="SqrtKl">√KL from the reference, √nats; null where nobody measured it.</param>
/// <param name="Reward">Mean proxy, with Student's interval; null where a member failed at each prompt.</param>
/// <param name="Score">Mean of the yardstick, more being better; null without one.</param>
/// <param name="Development">Mean development score; null without one, and where it is the yardstick.</param>
sealed record CurvePoint(int Step, double? SqrtKl, Measured? Reward, Measured? Score, Measured? Development)
{
    /// <summary>The evaluated steps of a run.</summary>
    public static IReadOnlyList<CurvePoint> Of(RunEvidence evidence)
    {
        var (yardstick, development) = (Yardstick.Of(evidence), Yardstick.DevelopmentOf(evidence));
        if (yardstick?.Name == development?.Name) development = null;
        return
        [
            .. evidence.Evaluations.Select((one, k) => new CurvePoint(
                one.Step, one.Distance, Mean([.. one.Proxy.Where(double.IsFinite)]), Mean(yardstick?.Scores[k]),
                    Mean(development?.Scores[k]))),
        ];
    }

    static Measured? Mean(double[]? values) => values is null or [] ? null : MeanInterval.Of(values);
}
