namespace ActorRlhf.Actors.Runs.Counterfactual;

/// <summary>What a counterfactual comes to over its steps; null where no step has a figure.</summary>
/// <param name="Set">The other rule: key and canonical value.</param>
/// <param name="Steps">Steps that were applied and would have been.</param>
/// <param name="NotApplied">Steps that were not, or would not have been; they are left out of the rest.</param>
/// <param name="Completions">Completions of the steps that count.</param>
/// <param name="Real">Mean over the steps of each figure.</param>
/// <param name="Counterfactual">The same under the other rule.</param>
/// <param name="RankCorrelation">Mean over the steps that have one.</param>
/// <param name="AdvantageSignChanges">Share of all completions.</param>
/// <param name="RewardRankCorrelation">Mean over the steps that have one.</param>
public sealed record CounterfactualSummary(
    string Run, IReadOnlyDictionary<string, string> Set, int Steps, int NotApplied, long Completions,
    IReadOnlyDictionary<string, double>? Real, IReadOnlyDictionary<string, double>? Counterfactual,
    double? RankCorrelation, double? AdvantageSignChanges, double? RewardRankCorrelation)
{
    /// <summary>Adds steps up.</summary>
    public static CounterfactualSummary Of(string run, IReadOnlyDictionary<string, string> set, IReadOnlyList<CounterfactualStep> steps)
    {
        CounterfactualStep[] both = [.. steps.Where(step => step.NotApplied is null)];
        var completions = both.Sum(step => (long)step.Completions);
        return new CounterfactualSummary(
            run, set, both.Length, steps.Count - both.Length, completions,
            Means([.. both.Select(step => step.Real!)]), Means([.. both.Select(step => step.Counterfactual!)]),
            both.Average(step => step.RankCorrelation),
            completions == 0 ? null : both.Sum(step => step.AdvantageSignChanges!.Value * step.Completions) / completions,
            both.Average(step => step.RewardRankCorrelation));
    }

    static Dictionary<string, double>? Means(IReadOnlyDictionary<string, double>[] steps) => steps.Length == 0 ? null : steps
        .SelectMany(step => step)
        .GroupBy(figure => figure.Key)
        .ToDictionary(figure => figure.Key, figure => figure.Average(one => one.Value));
}
