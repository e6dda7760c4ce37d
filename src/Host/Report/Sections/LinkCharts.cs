using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Report.Charts;
using ActorRlhf.Host.Report.Content;

namespace ActorRlhf.Host.Report.Sections;

/// <summary>Figures of the three links.</summary>
static class LinkCharts
{
    /// <summary>Link 1: does the reward tell pairs of the policy's own completions apart; none without pairs.</summary>
    public static IReadOnlyList<Chart> Own(RunContent run)
    {
        if (run.Ledger.RewardToPolicy is not { } link) return [];
        var points = RunCharts.Points(link.OwnCompletions.Select(one => ((double?)one.Step, one.Accuracy)));
        return points.Count == 0 ? [] :
        [
            new Chart(
                "own-completions", "Link 1: right on pairs of the policy's own completions",
                $"Share of pairs in which the reward is higher where {run.ScoreName} is: {Shown.Number(points[0].Y)} at first, "
                    + $"{Shown.Number(points[^1].Y)} at last; {Shown.Number(.5)} is a coin's.",
                RunCharts.Steps, "share right", [new ChartSeries("right on own pairs", RunCharts.Reward, points)])
            {
                Levels = [new ChartRule("a coin", .5)],
            },
        ];
    }

    /// <summary>Link 3: does the reward order completions as the yardstick does; none without one.</summary>
    public static IReadOnlyList<Chart> Order(RunContent run)
    {
        RewardOrder[] order = [.. run.Ledger.RewardToEvaluation.Where(one => one.Series == run.Ledger.Yardstick
            && one is { Slice: null, Value: not null })];
        return order.Length == 0 || order.Any(one => one.Statistic != order[0].Statistic) ? [] :
        [
            new Chart(
                "reward-order", $"Link 3: does the reward order completions as {run.ScoreName} does",
                $"{order[0].Statistic} of reward and {run.ScoreName}: {Shown.Number(order[0].Value!.Value)} at step "
                    + $"{Figures.Of(order[0].Step)}, "
                    + $"{Shown.Number(order[^1].Value!.Value)} at step {Figures.Of(order[^1].Step)}.",
                RunCharts.Steps, order[0].Statistic,
                [new ChartSeries($"reward and {run.ScoreName}", RunCharts.Score,
                    RunCharts.Points(order.Select(one => ((double?)one.Step, one.Value))))])
            {
                Levels = [new ChartRule("no order", order[0].Nothing)],
            },
        ];
    }

    /// <summary>Link 2: each evaluation by itself, over steps or over √KL.</summary>
    public static IReadOnlyList<Chart> Evaluations(RunContent run, bool byDistance)
    {
        double? Place(int step) => byDistance ? run.DistanceOf(step) : step;
        return
        [
            .. run.Ledger.PolicyToEvaluation.Select(curve => Chart(curve, Place, byDistance))
                .Where(chart => chart.Series[0].Points.Count > 0),
        ];
    }

    static Chart Chart(EvaluationCurve curve, Func<int, double?> place, bool byDistance)
    {
        var (name, ink) = (SeriesTitle.Of(curve.Series), curve.Role == "development" ? RunCharts.Development : RunCharts.Score);
        return new Chart(
            $"{(byDistance ? "evaluation-distance" : "evaluation-steps")}:{name}",
            name + (curve.Direction == "none" ? "" : $" ({curve.Direction} is better)"),
            $"Mean of {name}, {curve.Role}: {Shown.Number(curve.Means[0].Value)} at first, {Shown.Number(curve.Means[^1].Value)} at last; "
                + $"change {Shown.Change(curve.Change)}.",
            byDistance ? RunCharts.Distance : RunCharts.Steps, curve.Role,
            [
                new ChartSeries(name, ink, RunCharts.Points(curve.Steps.Zip(curve.Means, (step, mean) =>
                    (place(step), (Evaluation.Statistics.Measured?)mean)))),
                .. RunCharts.Peaks(curve.PeakSet, curve.Steps, curve.Means, ink, place),
            ])
        {
            Spans = RunCharts.Onset(curve, place),
        };
    }
}
