namespace ActorRlhf.Evaluation.Statistics;

/// <summary>What one reward model achieves on one subset of a benchmark.</summary>
/// <param name="Member">The reward model.</param>
/// <param name="Subset">The subset; null for all prompts together.</param>
/// <param name="Pairs">Accuracy on pairs; null where no two candidates differ in gold.</param>
/// <param name="BestOf">Mean gold of the candidate with the highest score of n, by n; a prompt with fewer candidates is left out.</param>
public sealed record RewardModelBenchRow(string Member, string? Subset, PairAccuracy? Pairs, IReadOnlyDictionary<int, Summary> BestOf);

/// <summary>A benchmark of reward models by member and subset.</summary>
/// <remarks>
/// With one chosen candidate of four and n = 4, <see cref="RewardModelBenchRow.BestOf"/> is the accuracy of RewardBench 2 (Malik et al.
/// 2025, arXiv 2506.01937), equal scores sharing the choice; with two candidates pair accuracy is that of RewardBench (Lambert et al.
/// 2024, arXiv 2403.13787).
/// </remarks>
public static class RewardModelBench
{
    /// <summary>One row for each member and subset, in the order in which they first appear, and before them one for all prompts.</summary>
    /// <param name="prompts">The benchmark.</param>
    /// <param name="bestOf">The n of best-of-n.</param>
    /// <exception cref="ArgumentException">Scores and gold differ in number, one is not a number, or an n is not positive.</exception>
    public static IReadOnlyList<RewardModelBenchRow> Of(IReadOnlyList<BenchPrompt> prompts, IReadOnlyList<int> bestOf)
    {
        var subsets = prompts.Select(prompt => prompt.Subset).Distinct(StringComparer.Ordinal).Prepend(null).ToArray();
        return
        [
            .. from member in prompts.SelectMany(prompt => prompt.Scores.Keys).Distinct(StringComparer.Ordinal)
               from subset in subsets
               let scored = Scored(prompts, member, subset)
               where scored.Length > 0
               select new RewardModelBenchRow(member, subset, PairAccuracy.Of(scored), BestOf(scored, bestOf)),
        ];
    }

    static (IReadOnlyList<double> Scores, IReadOnlyList<double> Gold)[] Scored(
        IReadOnlyList<BenchPrompt> prompts, string member, string? subset) =>
    [
        .. from prompt in prompts
           where subset is null || prompt.Subset == subset
           where prompt.Scores.ContainsKey(member)
           select (prompt.Scores[member], prompt.Gold),
    ];

    static Dictionary<int, Summary> BestOf((IReadOnlyList<double> Scores, IReadOnlyList<double> Gold)[] prompts, IReadOnlyList<int> bestOf)
    {
        var summaries = new Dictionary<int, Summary>();
        foreach (var n in bestOf.Distinct())
        {
            double[] gold = [.. prompts.Where(prompt => prompt.Gold.Count >= n)
                .Select(prompt => BestOfN.Estimate(prompt.Scores, prompt.Gold, n).Gold)];
            if (gold.Length > 0) summaries.Add(n, Summary.Of(gold));
        }
        return summaries;
    }
}
