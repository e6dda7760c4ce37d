using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Counterfactual;

/// <summary>
/// One step as it was and as it would have been; in JSON (camelCase) a line of
/// <c>counterfactual --json</c>. What a step that was not applied did not come to is null.
/// </summary>
/// <param name="Step">From 1.</param>
/// <param name="Real">Figures of <see cref="StepFigures"/>, from the log.</param>
/// <param name="Counterfactual">The same under the other rule, computed again.</param>
/// <param name="RankCorrelation">
/// Spearman's ρ of the completions' aggregated scores (before clip and missing-EOS rule)
/// under both rules; null below four completions or where a rule scores all alike.
/// </param>
/// <param name="AdvantageSignChanges">
/// Share of the completions whose advantage has another sign; a completion's
/// advantage is the mean over its tokens of the whitened advantage.
/// </param>
/// <param name="RewardRankCorrelation">
/// Spearman's ρ of the completions' whole rewards, the sums of their token rewards, under both rules; null likewise.
/// </param>
/// <param name="Completions">How many the step sampled.</param>
/// <param name="NotApplied">Why the step was not applied, or would not have been under the other rule; null if it was.</param>
public sealed record CounterfactualStep(
    int Step, IReadOnlyDictionary<string, double>? Real, IReadOnlyDictionary<string, double>? Counterfactual,
    double? RankCorrelation, double? AdvantageSignChanges, double? RewardRankCorrelation, int Completions, string? NotApplied)
{
    const int FewestRanked = 4;                       // below, a rank correlation has no interval

    /// <summary>The steps of a run in order, computed as they are asked for.</summary>
    /// <param name="rule">The other rule.</param>
    /// <param name="wanted">Which steps.</param>
    /// <exception cref="Recipes.RecipeException">The rule does not fit the run's recipe.</exception>
    public static IEnumerable<CounterfactualStep> Of(RunRecord run, CounterfactualRule rule, Func<int, bool> wanted)
    {
        var rules = StepRule.Of(run, rule);
        // A run that goes on may have come further since the rules were made.
        return StepRecord.Of(run, wanted).TakeWhile(step => step.Updated is null || rules.ContainsKey(step.Step))
            .Select(step => step.Updated is null ? NeverApplied(step) : Of(step, rules[step.Step]));
    }

    static CounterfactualStep Of(StepRecord step, StepRule rule)
    {
        var tokens = step.Tokens();
        var other = RecomputedStep.Of(step, tokens, rule);
        var real = StepFigures.Of(step.Scored!, step.Kl!, step.Updated!, tokens.AdvantagesRaw);
        var completions = tokens.Rewards.Length;
        if (other.Fault is { } fault)
            return new CounterfactualStep(step.Step, real, null, null, null, null, completions, $"under the other rule: {fault}");

        return new CounterfactualStep(
            step.Step, real, StepFigures.Of(other.Scored, other.Kl, other.Updated, other.Advantages.AdvantagesRaw),
            Ranks(step.Scored!.Result.Values, other.Scored.Result.Values),
            tokens.Advantages.Zip(other.Advantages.Advantages, (a, b) => Math.Sign(a.Average()) != Math.Sign(b.Average()))
                .Count(changed => changed) / (double)completions,
            Ranks([.. tokens.Rewards.Select(row => row.Sum())], [.. other.Advantages.Rewards.Select(row => row.Sum())]),
            completions, null);
    }

    static CounterfactualStep NeverApplied(StepRecord step) =>
        new(step.Step, null, null, null, null, null, step.Rollout?.Lengths.Values.Length ?? 0,
            StepMetrics.WhyNotApplied(step.Events[^1].Event)
                ?? throw new InvalidOperationException($"step {step.Step} ends with {step.Events[^1].Event.GetType().Name}"));

    static double? Ranks(double[] real, double[] other) =>
        real.Length < FewestRanked ? null : Evaluation.Statistics.Ranking.RankCorrelation.Spearman(real, other)?.Value;
}
