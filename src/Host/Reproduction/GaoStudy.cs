using System.Globalization;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.OverOptimisation;
using ActorRlhf.Host.Inquiry;

namespace ActorRlhf.Host.Reproduction;

/// <summary>The laws of over-optimisation: three sizes of a reward model's data, with and without a KL penalty, and best-of-n.</summary>
static class GaoStudy
{
    const int Prompts = 96, Samples = 64, Grid = 10;
    const string NoPenalty = "kl-0", Penalty = "kl-02";
    const double ExplainedByALaw = .5, SameGold = .05;

    static readonly int[] s_pairs = [1024, 4096, 16384];
    static readonly (string Name, string Value)[] s_penalties = [(NoPenalty, "0"), (Penalty, "0.02")];

    public static Study Study { get; } = new(
        "gao",
        "Gold follows d(α − β·d) for best-of-n and d(α − β·log d) for RL; better-fed reward models peak later; a KL penalty does not "
            + "move the frontier of gold over KL.",
        "Gao, Schulman and Hilton 2022 (arXiv 2210.10760)", "micro", ["reward.members=1"],
        [
            .. from penalty in s_penalties
               from pairs in s_pairs
               select new StudyCondition(
                   Condition(pairs, penalty.Name), string.Create(CultureInfo.InvariantCulture, $"preferences.pairs={pairs}"),
                   $"kl.coefficient={penalty.Value}"),
        ],
        (runs, ct) => Task.Run(() => Measure(runs, ct), ct));

    static StudyOutcome Measure(StudyRuns runs, CancellationToken ct)
    {
        var best = new Dictionary<FinishedRun, GaoLaw?>();
        foreach (var run in s_pairs.SelectMany(pairs => runs.Of(Condition(pairs, NoPenalty))))
        {
            ct.ThrowIfCancellationRequested();
            best[run] = BestOfNLaw(run);
        }
        GaoLaw? Best(FinishedRun run) => best.GetValueOrDefault(run);
        Func<FinishedRun, double?> rl = run => LawOf(run)?.RSquared, bestOfN = run => Best(run)?.RSquared;
        return StudyOutcome.Of(
            runs,
            [
                .. s_pairs.Select(pairs => StudyClaim.Above(
                    string.Create(CultureInfo.InvariantCulture, $"{pairs} pairs: the law of RL explains most of gold's course (R²)"),
                    runs.Mean(Condition(pairs, NoPenalty), rl), ExplainedByALaw)),
                .. s_pairs.Select(pairs => StudyClaim.Above(
                    string.Create(CultureInfo.InvariantCulture, $"{pairs} pairs: the law of best-of-n explains most of it (R²)"),
                    runs.Mean(Condition(pairs, NoPenalty), bestOfN), ExplainedByALaw)),
                StudyClaim.Above(
                    "RL against a better-fed model peaks later, by √nats, most pairs against fewest",
                    runs.Contrast(Condition(s_pairs[^1], NoPenalty), Condition(s_pairs[0], NoPenalty), run => run.PeakDistance)),
                StudyClaim.Within(
                    "the KL penalty moves gold at equal √KL by at most .05", runs.BySeed(seed => Moved(runs, seed)), SameGold),
            ],
            ("accuracy", run => run.Accuracy), ("RL: α", run => LawOf(run)?.Alpha), ("RL: β", run => LawOf(run)?.Beta), ("RL: R²", rl),
            ("RL: √KL at gold's best", run => run.PeakDistance), ("RL: gold rose", run => run.GoldRise),
            ("RL: gold lost from the peak", run => run.GoldLost), ("RL: √KL at the end", run => run.DistanceAtEnd),
            ("best-of-n: α", run => Best(run)?.Alpha), ("best-of-n: β", run => Best(run)?.Beta), ("best-of-n: R²", bestOfN));
    }

    static GaoLaw? LawOf(FinishedRun run)
    {
        var (distances, gold) = (run.Distances, run.GoldCurve);
        int[] away = [.. Enumerable.Range(1, distances.Length - 1).Where(k => distances[k] > 0)];
        return GaoLaw.Of(GaoForm.Reinforcement, [.. away.Select(k => distances[k])], [.. away.Select(k => gold[k] - gold[0])]);
    }

    static GaoLaw? BestOfNLaw(FinishedRun run)
    {
        var drawn = BestOfNSamples.Draw(run.Record, Prompts, Samples, _ => { });
        double Gold(int n) => drawn.Proxy.Select((proxy, i) => BestOfN.Estimate(proxy, drawn.Gold![i], n).Gold).Average();
        int[] sizes = [2, 4, 8, 16, 32, Samples];
        return GaoLaw.Of(
            GaoForm.BestOfN, [.. sizes.Select(n => Math.Sqrt(BestOfN.KlBound(n)))], [.. sizes.Select(n => Gold(n) - Gold(1))]);
    }

    /// <summary>Gold with the penalty minus gold without it at the same distances, over all sizes; null where a run is missing.</summary>
    static double? Moved(StudyRuns runs, int seed)
    {
        var gaps = new List<double>();
        foreach (var pairs in s_pairs)
        {
            var (without, with) = (runs.Find(Condition(pairs, NoPenalty), seed), runs.Find(Condition(pairs, Penalty), seed));
            if (without is null || with is null) return null;
            var furthest = Math.Min(without.Distances.Max(), with.Distances.Max());
            for (var i = 1; i <= Grid; i++) gaps.Add(GoldAt(with, furthest * i / Grid) - GoldAt(without, furthest * i / Grid));
        }
        return gaps.Average();
    }

    /// <summary>Gold's gain at a distance, linear between the evaluations around it.</summary>
    static double GoldAt(FinishedRun run, double distance)
    {
        var points = run.Distances.Zip(run.GoldCurve, (d, gold) => (D: d, Gold: gold - run.GoldBefore)).OrderBy(one => one.D).ToArray();
        var next = Array.FindIndex(points, one => one.D >= distance);
        if (next <= 0) return points[0].Gold;
        var (from, to) = (points[next - 1], points[next]);
        return from.Gold + (to.Gold - from.Gold) * (distance - from.D) / (to.D - from.D);
    }

    static string Condition(int pairs, string penalty) => string.Create(CultureInfo.InvariantCulture, $"pairs-{pairs}-{penalty}");
}
