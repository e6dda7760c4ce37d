using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Mismatch;

namespace ActorRlhf.Host.Report.Content;

/// <summary>All that a report shows of one run.</summary>
/// <param name="Ledger">Its ledger.</param>
/// <param name="Stamp">What it was read from.</param>
/// <param name="Curve">Its evaluated steps.</param>
/// <param name="Completions">What is shown of what it said.</param>
/// <param name="Origin">Where it came from.</param>
sealed record RunContent(
    MismatchLedger Ledger, ReportStamp.OfRun Stamp, IReadOnlyList<CurvePoint> Curve, ShownCompletions Completions, RunOrigin Origin)
{
    /// <summary>Reads it.</summary>
    /// <param name="store">Where the run is.</param>
    /// <param name="run">The run, as of the heads of <paramref name="stamp"/>.</param>
    /// <param name="stamp">These heads.</param>
    /// <param name="runs">How many runs share the report.</param>
    public static RunContent Of(Store store, RunRecord run, ReportStamp.OfRun stamp, int runs)
    {
        var (evidence, ledger) = RunLedger.WithEvidence(store, run);
        return new RunContent(
            ledger, stamp, CurvePoint.Of(evidence), ShownCompletions.Of(evidence, ledger, runs), RunOrigin.Of(run));
    }

    /// <summary>What the yardstick is called; null without one.</summary>
    public string? ScoreName => Ledger.Yardstick is { } name ? SeriesTitle.Of(name) : null;

    /// <summary>The evaluation curve of the yardstick; null where it is the development score, or there is none.</summary>
    public EvaluationCurve? ScoreCurve => Ledger.PolicyToEvaluation.FirstOrDefault(curve => curve.Series == Ledger.Yardstick);

    /// <summary>The evaluation that fell while the reward rose, of which the verdict speaks; null where none did.</summary>
    public EvaluationCurve? Fallen => Ledger.PolicyToEvaluation.FirstOrDefault(curve => curve.Series == Ledger.Verdict.Series);

    /// <summary>The distance of a step; null where nobody measured it.</summary>
    public double? DistanceOf(int? step) => Curve.FirstOrDefault(point => point.Step == step)?.SqrtKl;
}
