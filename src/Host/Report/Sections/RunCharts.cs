using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Report.Charts;
using ActorRlhf.Host.Report.Content;

namespace ActorRlhf.Host.Report.Sections;

/// <summary>Reward and score of a run over steps and over √KL.</summary>
/// <param name="run">The run.</param>
sealed class RunCharts(RunContent run)
{
    /// <summary>Inks: reward, score, development.</summary>
    public const int Reward = 0, Score = 1, Development = 2;

    /// <summary>Names of the axes.</summary>
    public const string Steps = "step", Distance = "√KL from the reference, √nats";

    const int FitPoints = 60;

    /// <summary>The four figures, those over √KL only where KL was measured; none without evaluations.</summary>
    public IReadOnlyList<Chart> All() => run.Curve.Count == 0 ? [] : [.. ((Chart?[])
        [RewardBy("reward-steps", Steps, Step), ScoreBy("score-steps", Steps, Step), RewardBy("reward-distance", Distance, Far),
            ScoreBy("score-distance", Distance, Far)])
        .OfType<Chart>()];

    /// <summary>The points of a curve, in order of their place; some of them where there are very many.</summary>
    public static IReadOnlyList<ChartPoint> Points(IEnumerable<(double? X, Measured? Y)> values) =>
    [
        .. FewSteps.Of([.. values.Where(one => one is { X: not null, Y: not null })])
            .Select(one => new ChartPoint(one.X!.Value, one.Y!.Value, one.Y.Low, one.Y.High)).OrderBy(point => point.X),
    ];

    /// <summary>A fall's onset as a stretch; none where no fall is established.</summary>
    public static ChartSpan[] Onset(EvaluationCurve? curve, Func<int, double?> place) =>
        curve?.FallBy is { } by && place(curve.FallNotBefore!.Value) is { } from && place(by) is { } to
            ? [new ChartSpan($"fall began: {Shown.Between(curve.FallNotBefore.Value, by)}", Math.Min(from, to), Math.Max(from, to))]
            : [];

    /// <summary>Steps that may be the best, at their means.</summary>
    public static ChartSeries[] Peaks(IReadOnlyList<int>? peaks, IReadOnlyList<int> steps, IReadOnlyList<Measured> means, int ink,
        Func<int, double?> place) =>
        peaks is null or [] ? [] :
        [
            new ChartSeries("peak set", ink, Points(peaks.Select(step =>
                (place(step), (Measured?)(means[steps.ToList().IndexOf(step)] with { Low = null, High = null }))))) { IsSet = true },
        ];

    double? Step(int step) => step;

    double? Far(int step) => run.DistanceOf(step);

    Chart? RewardBy(string name, string axis, Func<int, double?> place)
    {
        var points = Points(run.Curve.Select(one => (place(one.Step), one.Reward)));
        return points.Count == 0 ? null : new Chart(
            name, $"Reward over {Short(axis)}",
            $"Mean reward on held-out prompts, {Shown.Number(points[0].Y)} at first and {Shown.Number(points[^1].Y)} at last.", axis,
                "reward",
            [new ChartSeries("reward (proxy)", Reward, points)])
        { Rules = Marks(place) };
    }

    Chart? ScoreBy(string name, string axis, Func<int, double?> place)
    {
        var points = Points(run.Curve.Select(one => (place(one.Step), one.Score)));
        if (points.Count == 0) return null;
        var development = Points(run.Curve.Select(one => (place(one.Step), one.Development)));
        var curve = run.ScoreCurve;
        return new Chart(
            name, $"{run.ScoreName} over {Short(axis)}",
            $"Mean of {run.ScoreName} on held-out prompts, {Shown.Number(points[0].Y)} at first, "
                + $"{Shown.Number(points.Max(point => point.Y))} at "
                + $"best and {Shown.Number(points[^1].Y)} at last.",
            axis, "score",
            [
                .. development.Count == 0 ? [] : (ChartSeries[])[new ChartSeries("development", Development, development)],
                new ChartSeries(run.ScoreName!, Score, points),
                .. Peaks(curve?.PeakSet, curve?.Steps ?? [], curve?.Means ?? [], Score, place),
                .. axis == Distance ? Fit(curve) : [],
            ])
        {
            Spans = [.. Onset(curve, place), .. axis == Distance && curve?.Law?.Peak is { } peak ? (ChartSpan[])[PeakOf(peak)] : []],
            Rules = Marks(place),
        };
    }

    static ChartSpan PeakOf(Measured peak) => new($"Gao's peak {Shown.Value(peak)}", peak.Low ?? peak.Value, peak.High ?? peak.Value);

    ChartSeries[] Fit(EvaluationCurve? curve)
    {
        if (curve?.Law is not { } law || run.Curve.Max(point => point.SqrtKl) is not { } far) return [];
        var sign = curve.Direction == "lower" ? -1 : 1;
        double Gain(double d) => d == 0 ? 0 : d * (law.Alpha - law.Beta * Math.Log(d));
        return
        [
            new ChartSeries("Gao's law", Score, [.. Enumerable.Range(0, FitPoints + 1).Select(i => far * i / FitPoints)
                .Select(d => new ChartPoint(d, sign * curve.Means[0].Value + Gain(d)))]) { IsFit = true },
        ];
    }

    ChartRule[] Marks(Func<int, double?> place) =>
    [
        .. run.Ledger.Checkpoint?.Step is { } take && place(take) is { } at ? (ChartRule[])[new($"take step {Figures.Of(take)}", at)] : [],
        .. run.Ledger.Alarm?.RaisedAt is { } raised && place(raised) is { } where
            ? (ChartRule[])[new($"alarm at step {Figures.Of(raised)}", where)] : [],
    ];

    static string Short(string axis) => axis == Steps ? "steps" : "√KL";
}
