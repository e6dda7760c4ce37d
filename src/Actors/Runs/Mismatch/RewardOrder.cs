using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Ranking;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>Link 3: at one step, does the reward order completions as an evaluation does.</summary>
/// <param name="Series">The evaluation.</param>
/// <param name="Step">The step.</param>
/// <param name="Slice">Which prompts, as <c>family=list</c>; null for all that it speaks of.</param>
/// <param name="Statistic"><c>auc</c> for an evaluation of two values, <c>tau-b</c> for any other.</param>
/// <param name="Value">
/// The area under the curve, ½ for no order, or τ-b, 0 for no order; more is better, whichever way the metric points. Null where all
/// completions are judged alike, or all rewards are equal.
/// </param>
public sealed record RewardOrder(string Series, int Step, string? Slice, string Statistic, Measured? Value)
{
    const int MostSteps = 9;

    /// <summary>What stands for no order at all.</summary>
    public double Nothing => Statistic == "auc" ? .5 : 0;

    /// <summary>Whether it is established that the reward orders completions the right way.</summary>
    public bool Holds => Value?.Low > Nothing;

    /// <summary>Whether it is established that it orders them the wrong way.</summary>
    public bool IsReversed => Value?.High < Nothing;

    /// <summary>
    /// Every series with a direction at up to nine steps, evenly spread; the yardstick at the first and the last also by slice.
    /// </summary>
    public static IReadOnlyList<RewardOrder> All(RunEvidence evidence, Yardstick? yardstick)
    {
        var count = evidence.Evaluations.Count;
        if (count == 0) return [];
        int[] shown = count <= MostSteps
            ? [.. Enumerable.Range(0, count)]
            : [.. Enumerable.Range(0, MostSteps).Select(i => (int)Math.Round(i * (count - 1) / (MostSteps - 1.0))).Distinct()];
        var found = new List<RewardOrder>();
        foreach (var series in evidence.Series.Where(one => one.HasDirection && one.Name != LengthBudget.Series))
            foreach (var k in shown.Where(k => series.Scores[k] is not null))
                found.Add(Of(evidence, series, k, null, series.PromptsAt([k])));
        if (yardstick is not null && evidence.Find(yardstick.Name) is { } gold)
            foreach (var (slice, prompts) in SlicesOf(evidence))
                foreach (var k in (int[])[0, count - 1])
                    if (gold.Scores[k] is not null)
                        found.Add(Of(evidence, gold, k, slice, [.. gold.PromptsAt([k]).Where(prompts.Contains)]));
        return found;
    }

    static RewardOrder Of(RunEvidence evidence, ScoreSeries series, int k, string? slice, int[] prompts)
    {
        int[] finite = [.. prompts.Where(i => double.IsFinite(evidence.Evaluations[k].Proxy[i]))];
        double[] proxy = [.. finite.Select(i => evidence.Evaluations[k].Proxy[i])];
        var better = series.Better(k, finite);
        var isBinary = better.Distinct().Take(3).Count() <= 2;
        var highest = better.DefaultIfEmpty().Max();
        var value = finite.Length < 4 ? null
            : isBinary ? RocAuc.Of(proxy, [.. better.Select(score => score == highest)])
            : KendallTau.Of(proxy, better);
        return new RewardOrder(series.Name, evidence.Evaluations[k].Step, slice, isBinary ? "auc" : "tau-b", value);
    }

    static IEnumerable<(string Slice, HashSet<int> Prompts)> SlicesOf(RunEvidence evidence)
    {
        var rows = RolloutRow.Read(evidence.Run.Artefacts, evidence.Evaluations[0].Rollout).Take(evidence.PromptIds.Count);
        return rows.Index().SelectMany(row => row.Item.Slices.Select(slice => (Name: $"{slice.Key}={slice.Value}", row.Index)))
            .GroupBy(one => one.Name).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, group.Select(one => one.Index).ToHashSet()));
    }
}
