using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Report.Content;

namespace ActorRlhf.Host.Report.Sections;

/// <summary>The evidence for each of the three links.</summary>
static class LinksSection
{
    public static Section Of(RunContent run)
    {
        var verdict = run.Ledger.Verdict;
        return new Section("links", "The three links",
        [
            new Heading($"Link 1, reward model and policy: {Shown.Words(verdict.RewardToPolicy)}"), .. First(run),
            new Heading($"Link 2, policy and evaluation: {Shown.Words(verdict.PolicyToEvaluation)}"), .. Second(run),
            new Heading($"Link 3, reward model and evaluation: {Shown.Words(verdict.RewardToEvaluation)}"), .. Third(run),
        ]);
    }

    static IEnumerable<Block> First(RunContent run)
    {
        if (run.Ledger.RewardToPolicy is not { } link)
        {
            yield return new Paragraph("Nothing was evaluated.");
            yield break;
        }
        foreach (var chart in LinkCharts.Own(run))
        {
            yield return new Pictures([chart]);
            yield return CurvesSection.TableOf(chart);
        }
        if (link.OverOptimisation is { } gap)
            yield return new Paragraph(
                $"From the first step to the last the reward gained {Shown.Value(gap)} more than {run.ScoreName}, in standard "
                    + "deviations of the first step.");
        if (link.Calibration is { } sure)
            yield return new Paragraph(
                $"On pairs of the last step it is right in {Shown.Value(sure.Accuracy)}, with a calibration error of "
                    + $"{Shown.Number(sure.Ece)} "
                    + $"({Shown.Number(sure.EceIfCalibrated)} if it were calibrated) and a Brier score of {Shown.Value(sure.Brier)}.");
        if (link.WinnersCurse is { } curse)
            yield return new Paragraph(
                $"Winner's curse: choosing the best step by prompt gains {Shown.Number(curse.InSample)} by the members that chose and "
                    + $"{Shown.Number(curse.OutOfSample)} by the one that did not; {Shown.Value(curse.Share)} of it is lost.");
        if (link.Members.Count > 0)
            yield return new Grid("rewardToPolicy/members", "Reward models on comparisons",
                [">member", ">held-out accuracy", ">training accuracy", ">over-fitting", ">calibration error"],
                [
                    .. link.Members.Select(one => (string[])
                    [
                        Figures.Of(one.Index), Shown.Value(one.HeldoutAccuracy), Shown.Value(one.TrainingAccuracy),
                            Shown.Value(one.OverFitting),
                        Shown.Number(one.CalibrationError),
                    ]),
                ]);
    }

    static IEnumerable<Block> Second(RunContent run)
    {
        var curves = run.Ledger.PolicyToEvaluation;
        if (curves.Count == 0)
        {
            yield return new Paragraph("No evaluator judged two steps.");
            yield break;
        }
        yield return new Grid("policyToEvaluation", "Every evaluation from its first step to its last",
            ["evaluation", "role", "better", ">prompts", ">first", ">best", ">at step", ">last", ">change", "fall began",
                "may be the best"],
            [.. curves.Select(Row)]);
        foreach (var byDistance in (bool[])[false, true])
            if (LinkCharts.Evaluations(run, byDistance) is [_, ..] charts)
                yield return new Pictures(charts,
                    $"Every evaluation over {(byDistance ? "√KL" : "steps")} ({Figures.Of(charts.Count)} figures)");
    }

    static IReadOnlyList<string> Row(EvaluationCurve curve) =>
    [
        SeriesTitle.Of(curve.Series), curve.Role, curve.Direction == "none" ? Shown.Nothing : curve.Direction, Figures.Of(curve.N),
        Shown.Number(curve.Means[0].Value),
        curve.Direction == "none" ? Shown.Nothing : Shown.Number(curve.Means[curve.Steps.ToList().IndexOf(curve.Peak)].Value),
        curve.Direction == "none" ? Shown.Nothing : Figures.Of(curve.Peak),
        Shown.Number(curve.Means[^1].Value), Shown.Change(curve.Change),
        curve.FallBy is { } by ? Shown.Between(curve.FallNotBefore!.Value, by) : Shown.Nothing,
        curve.PeakSet is { } set ? Few(set) : Shown.Nothing,
    ];

    static string Few(IReadOnlyList<int> steps) => steps.Count <= 8
        ? Shown.Steps(steps)
        : $"{Figures.Of(steps.Count)} steps from {Figures.Of(steps[0])} to {Figures.Of(steps[^1])}";

    static IEnumerable<Block> Third(RunContent run)
    {
        foreach (var chart in LinkCharts.Order(run))
        {
            yield return new Pictures([chart]);
            yield return CurvesSection.TableOf(chart);
        }
        var all = run.Ledger.RewardToEvaluation;
        if (all.Count == 0) yield return new Paragraph("There are no completions to order.");
        else
            yield return new Grid("rewardToEvaluation", "Does reward order completions as an evaluation does, at one step",
                ["evaluation", "prompts", ">step", "statistic", ">value", ">no order", "order"],
                [
                    .. all.Select(one => (string[])
                    [
                        SeriesTitle.Of(one.Series), one.Slice ?? "all", Figures.Of(one.Step), one.Statistic, Shown.Value(one.Value),
                            Shown.Number(one.Nothing),
                        one.Value is null ? "unknown" : one.Holds ? "right" : one.IsReversed ? "reversed" : "not established",
                    ]),
                ],
                IsFolded: true);
    }
}
