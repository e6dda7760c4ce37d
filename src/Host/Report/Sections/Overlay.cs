using ActorRlhf.Host.Report.Charts;
using ActorRlhf.Host.Report.Content;

namespace ActorRlhf.Host.Report.Sections;

/// <summary>Several runs in one figure: reward and score over √KL, which is the axis on which runs compare.</summary>
static class Overlay
{
    /// <summary>The figures; none where no two runs have KL.</summary>
    public static IReadOnlyList<Chart> Of(IReadOnlyList<RunContent> runs) =>
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
        string name, string title, string axis, IEnumerable<(string Name,
            IEnumerable<(double?, Evaluation.Statistics.Measured?)> Points)> runs)
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
