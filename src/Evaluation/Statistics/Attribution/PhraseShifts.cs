using ActorRlhf.Evaluation.Statistics.Comparisons;
using ActorRlhf.Evaluation.Statistics.RewardModels;

namespace ActorRlhf.Evaluation.Statistics.Attribution;

/// <summary>Phrases of 1–4 words that a policy took up or gave up between two steps.</summary>
/// <remarks>
/// Paired by prompt: McNemar 1947 (Psychometrika 12), exact; adjusted over all phrases in at least 1% of the completions of either step.
/// Phrases within each other are counted each, so one habit may fill several rows. Exploratory: it finds what to make an evaluator of.
/// </remarks>
public static class PhraseShifts
{
    /// <summary>Longest phrase, in words.</summary>
    public const int LongestPhrase = 4;

    const double LeastShare = .01;

    /// <summary>Phrases by p, then by change of share, then by letter.</summary>
    /// <param name="before">Completion of each prompt at the first step.</param>
    /// <param name="after">Completion of the same prompts, in the same order, at the second.</param>
    /// <exception cref="ArgumentException">The completions differ in number, or there are none.</exception>
    public static IReadOnlyList<PhraseShift> Of(IReadOnlyList<string> before, IReadOnlyList<string> after) => Of(before, after, null);

    /// <summary>The same, with what the reward did where a phrase was taken up.</summary>
    /// <param name="before">Completion of each prompt at the first step.</param>
    /// <param name="after">Completion of the same prompts, in the same order, at the second.</param>
    /// <param name="rewardBefore">Reward of the completions at the first step.</param>
    /// <param name="rewardAfter">Reward of the completions at the second.</param>
    /// <exception cref="ArgumentException">The four differ in number, there are none, or a reward is not finite.</exception>
    public static IReadOnlyList<PhraseShift> Of(
        IReadOnlyList<string> before, IReadOnlyList<string> after, IReadOnlyList<double> rewardBefore, IReadOnlyList<double> rewardAfter)
    {
        var rewards = PairedChange.Differences(rewardBefore, rewardAfter);
        if (rewards.Length != before.Count)
            throw new ArgumentException($"{before.Count} completions and {rewards.Length} rewards: they are pairs.");
        return Of(before, after, rewards);
    }

    static PhraseShift[] Of(IReadOnlyList<string> before, IReadOnlyList<string> after, double[]? rewards)
    {
        if (before.Count != after.Count)
            throw new ArgumentException($"{before.Count} completions before and {after.Count} after: they are pairs.");
        if (before.Count == 0) throw new ArgumentException("No completions have no phrases: leave the comparison out.", nameof(before));

        var least = Math.Max(1, (int)Math.Ceiling(LeastShare * before.Count));
        var counts = PhraseCounts.Of(before, after, LongestPhrase, least);
        SignTest[] tests = [.. counts.Select(count => SignTest.Of(count.Lost, count.GainedBy.Count))];
        var adjusted = Holm.Adjust([.. tests.Select(test => test.P)]);
        return
        [
            .. counts.Select((count, i) => Shift(count, before.Count, tests[i].P, adjusted[i], rewards))
                .OrderBy(shift => shift.P)
                .ThenByDescending(shift => Math.Abs(shift.Gained - shift.Lost))
                .ThenBy(shift => shift.Phrase, StringComparer.Ordinal),
        ];
    }

    static PhraseShift Shift(PhraseCounts count, int n, double p, double adjusted, double[]? rewards)
    {
        var (gained, phrase) = (count.GainedBy, count.Phrase);
        var shift = new PhraseShift(
            phrase, Proportion.Of(count.Before, n)!, Proportion.Of(count.After, n)!, gained.Count, count.Lost, p, adjusted);
        if (rewards is null) return shift;
        var isGained = gained.ToHashSet();
        return shift with
        {
            RewardWhereGained = MeanOrNull([.. gained.Select(prompt => rewards[prompt])]),
            RewardElsewhere = MeanOrNull([.. rewards.Where((_, prompt) => !isGained.Contains(prompt))]),
        };
    }

    static Measured? MeanOrNull(double[] rewards) => rewards.Length == 0 ? null : MeanInterval.Of(rewards);
}
