using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Ranking;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Report.Charts;
using ActorRlhf.Host.Report.Content;

namespace ActorRlhf.Host.Report.Sections;

/// <summary>
/// Several runs together: reward and score over √KL, which is the axis on which runs compare, and whether the accuracy of their reward
/// models predicts their policies.
/// </summary>
static class Overlay
{
    /// <summary>What is said of runs together.</summary>
    public static Section Of(IReadOnlyList<RunContent> runs)
    {
        var curves = Curves(runs);
        return new Section("overlay", "The runs over each other",
        [
            curves.Count == 0
                ? new Paragraph("No two of the runs have a distance √KL: there is nothing to lay over each other.")
                : new Pictures(curves),
            .. curves.Select(CurvesSection.TableOf),
            new Heading("Link 3 over runs: does the reward models' accuracy predict the policy"),
            .. Accuracy(AccuracyOverRuns.Of([.. runs.Select(run => run.Ledger)]), runs),
        ]);
    }

    /// <summary>The figures by the names that <c>--figure</c> takes.</summary>
    public static IReadOnlyList<Chart> All(IReadOnlyList<RunContent> runs) =>
        [.. Curves(runs), .. Scatter(AccuracyOverRuns.Of([.. runs.Select(run => run.Ledger)]))];

    static IEnumerable<Block> Accuracy(AccuracyOverRuns over, IReadOnlyList<RunContent> runs)
    {
        if (over.Runs.Count < 2)
        {
            yield return new Paragraph("No two of the runs have both reward models and one yardstick: there is nothing to hold against "
                + "each other.");
            yield break;
        }
        var (name, count) = (SeriesTitle.Of(over.Yardstick!), Figures.Of(over.Runs.Count));
        string[] left = [.. runs.Select(run => run.Ledger.Run).Except(over.Runs.Select(run => run.Run))];
        string Rank(Measured? rank) => rank is null ? "none, for one of the two is the same in all runs" : Shown.Value(rank);
        yield return new Paragraph(
            (over.Runs.Count < RankCorrelation.FewestForClaim
                ? $"{count} runs are points to look at; a rank correlation is said of {RankCorrelation.FewestForClaim} and more."
                : $"Rank correlation of accuracy over {count} runs with {name} at the last step: {Rank(over.AtEnd)}; at its best step: "
                    + $"{Rank(over.AtBest)}. At 1 the more accurate reward model made the better policy each time, at 0 accuracy said "
                    + "nothing.")
            + " Runs that differ in more than their reward models differ in their policies for other reasons, too."
            + (over.Runs.Count(run => run.BestStep == 0) is > 0 and var untrained
                ? $" Of {Figures.Of(untrained)} the best step is 0, which no reward model has made."
                : "")
            + (left.Length > 0 ? $" Left out, without reward models or held against something else: {string.Join(", ", left)}." : ""));
        yield return new Pictures(Scatter(over));
        yield return new Grid("overlay/accuracy", "Accuracy of the reward models, and what became of the policy",
            ["run", ">reward models", ">held-out accuracy", $">{name} at the last step", ">at its best", ">best step"],
            [
                .. over.Runs.Select(run => (string[])
                [
                    run.Run, Figures.Of(run.Members), Shown.Number(run.Accuracy), Shown.Value(run.Last), Shown.Value(run.Best),
                    Figures.Of(run.BestStep),
                ]),
            ]);
    }

    static IReadOnlyList<Chart> Scatter(AccuracyOverRuns over)
    {
        if (over.Runs.Count < 2) return [];
        var name = SeriesTitle.Of(over.Yardstick!);
        ChartSeries Points(string title, int ink, Func<AccuracyOverRuns.OfRun, double> policy) => new(
            title, ink, [.. over.Runs.OrderBy(run => run.Accuracy).Select(run => new ChartPoint(run.Accuracy, policy(run), null, null))])
        {
            IsSet = true,
        };
        return
        [
            new Chart(
                "accuracy-runs", $"Link 3 over runs: accuracy and {name}",
                $"One mark a run: held-out accuracy of its reward models, {Shown.Number(over.Runs.Min(run => run.Accuracy))} to "
                    + $"{Shown.Number(over.Runs.Max(run => run.Accuracy))}, and {name}, at the last step "
                    + $"{Shown.Number(over.Runs.Min(run => run.Last.Value))} to {Shown.Number(over.Runs.Max(run => run.Last.Value))}.",
                "held-out accuracy", name,
                [
                    Points("at its best step", RunCharts.Development, run => run.Best.Value),
                    Points("at the last step", RunCharts.Score, run => run.Last.Value),
                ]),
        ];
    }

    /// <summary>None where no two runs have KL.</summary>
    static IReadOnlyList<Chart> Curves(IReadOnlyList<RunContent> runs) =>
    [
        .. ((Chart[])
        [
            Chart("overlay", "Score over √KL, run by run", "score", runs.Where(run => run.ScoreName is not null)
                .Select(run => ($"{run.Ledger.Run}: {run.ScoreName}", run.Curve.Select(one => (one.SqrtKl, one.Score))))),
            Chart("overlay-reward", "Reward over √KL, run by run", "reward",
                runs.Select(run => (run.Ledger.Run, run.Curve.Select(one => (one.SqrtKl, one.Reward))))),
        ]).Where(chart => chart.Series.Count > 1),
    ];

    static Chart Chart(
        string name, string title, string axis, IEnumerable<(string Name, IEnumerable<(double?, Measured?)> Points)> runs)
    {
        ChartSeries[] series =
        [
            .. runs.Select((run, i) => new ChartSeries(run.Name, i, RunCharts.Points(run.Points))).Where(one => one.Points.Count > 0),
        ];
        return new Chart(
            name, title, string.Join(" ", series.Select(one
                => $"{one.Name}: {Shown.Number(one.Points[0].Y)} at first, {Shown.Number(one.Points[^1].Y)} at last.")),
            RunCharts.Distance, axis, series);
    }
}
