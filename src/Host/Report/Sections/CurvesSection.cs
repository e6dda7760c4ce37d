using ActorRlhf.Host.Display;
using ActorRlhf.Host.Report.Charts;
using ActorRlhf.Host.Report.Content;

namespace ActorRlhf.Host.Report.Sections;

/// <summary>Reward and score over steps and over √KL, with peak set, onset and fit.</summary>
static class CurvesSection
{
    const int MostRows = 60;

    public static Section Of(RunContent run)
    {
        var charts = new RunCharts(run).All();
        if (charts.Count == 0) return new Section("curves", "Reward and quality",
            [new Paragraph("No step was evaluated on held-out prompts.")]);
        return new Section("curves", "Reward and quality",
        [
            new Paragraph(
                $"Bands are 95% intervals over the {Figures.Of(run.Ledger.Prompts)} held-out prompts that all evaluations asked. Large "
                    + "marks are "
                    + "the peak set: steps that may be the best."
                    + (run.Curve.Count > FewSteps.Most
                        ? $" Figures show {Figures.Of(FewSteps.Most)} of {Figures.Of(run.Curve.Count)} evaluated steps, evenly spread."
                            : "")),
            new Pictures(charts),
            .. Law(run),
            .. charts.Select(TableOf),
        ]);
    }

    /// <summary>What a figure shows, in numbers.</summary>
    public static Grid TableOf(Chart chart)
    {
        ChartSeries[] series = [.. chart.Series.Where(one => !one.IsFit && !one.IsSet)];
        double[] places = [.. series.SelectMany(one => one.Points).Select(point => point.X).Distinct().Order()];
        var shown = places.Length <= MostRows ? places : Thinned.Of(places);
        return new Grid(
            $"figure {chart.Name}", $"{chart.Title}, in numbers" + (shown.Count < places.Length
                ? $" ({Figures.Of(shown.Count)} of {Figures.Of(places.Length)} points)" : ""),
            [">" + (chart.X == RunCharts.Steps ? "step" : "√KL"), .. series.Select(one => ">" + one.Name)],
            [
                .. shown.Select(x => (string[])
                [
                    chart.X == RunCharts.Steps ? Figures.Of((long)x) : Figures.Of(x),
                    .. series.Select(one => one.Points.FirstOrDefault(point => point.X == x) is not { } point ? Shown.Nothing
                        : Shown.Value(new Evaluation.Statistics.Measured(point.Y, point.Low, point.High, 0, ""))),
                ]),
            ],
            IsFolded: true);
    }

    static IEnumerable<Block> Law(RunContent run)
    {
        if (run.ScoreCurve?.Law is not { } law) yield break;
        yield return new Paragraph(
            $"Gao's law, gain = d(α − β ln d) with d = √KL, fitted to {Figures.Of(law.N)} points of {run.ScoreName}: α "
                + $"{Shown.Number(law.Alpha)}, "
                + $"β {Shown.Number(law.Beta)}{(law.RSquared is { } explained ? $", R² {Shown.Number(explained)}" : "")}. "
                + (law.Peak is { } peak
                    ? $"Its peak is at √KL {Shown.Value(peak)}"
                        + (law.PastPeak is { } past ? $"; the last step is past it by {Shown.Value(past)} nats." : ".")
                    : "It has no peak yet."));
    }
}
