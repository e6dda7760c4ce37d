using ActorRlhf.Evaluation.Statistics.Comparisons;

namespace ActorRlhf.Evaluation.Statistics.Attribution;

/// <summary>What is lost by keeping the step that a rule chooses, against the step that was best.</summary>
/// <param name="Chosen">Index of the step that the rule chooses on all prompts.</param>
/// <param name="Best">Index of the step with the highest mean gold; the earliest of equals.</param>
/// <param name="Naive">Mean gold of the best minus that of the chosen: too high, as the best of noisy means is too good.</param>
/// <param name="CrossFitted">
/// The same with both steps chosen on one half of the prompts and compared on the other, pooled, with Student's interval; may be negative.
/// Null for a single prompt.
/// </param>
public sealed record CheckpointRegret(int Chosen, int Best, double Naive, Measured? CrossFitted)
{
    /// <summary>Regret of keeping the step with the highest mean proxy, the earliest of equals.</summary>
    /// <inheritdoc cref="Of(IReadOnlyList{StepScores}, Func{IReadOnlyList{int}, int})"/>
    public static CheckpointRegret Of(IReadOnlyList<StepScores> steps) =>
        Of(steps, prompts => Highest([.. steps.Select(step => step.Proxy)], prompts));

    /// <summary>Regret of a rule that chooses a step by some of the prompts.</summary>
    /// <param name="steps">Proxy and gold of the same prompts at each step.</param>
    /// <param name="choose">The rule: from prompts (indices) to the index of a step. It must look at these prompts only.</param>
    /// <remarks>
    /// Halves by even and odd index, so that the split is the same for every rule. Cross-fitting: Chernozhukov et al. 2018
    /// (Econometrics Journal 21), §3; the interval takes the choice of each half as given.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// There are no steps or no prompts, steps have different prompts, a score is not finite, or the rule names no step.
    /// </exception>
    public static CheckpointRegret Of(IReadOnlyList<StepScores> steps, Func<IReadOnlyList<int>, int> choose)
    {
        if (steps.Count == 0 || steps[0].Count == 0)
            throw new ArgumentException("No step or no prompt leaves nothing to choose: leave the comparison out.", nameof(steps));
        foreach (var step in steps) step.Require(steps[0].Count);
        IReadOnlyList<double>[] gold = [.. steps.Select(step => step.Gold)];
        int[] all = [.. Enumerable.Range(0, steps[0].Count)];

        var (chosen, best) = (Choose(all), Highest(gold, all));
        var naive = Mean(gold[best], all) - Mean(gold[chosen], all);
        if (all.Length == 1) return new CheckpointRegret(chosen, best, naive, null);
        int[] even = [.. all.Where(i => i % 2 == 0)], odd = [.. all.Where(i => i % 2 == 1)];
        return new CheckpointRegret(chosen, best, naive, MeanInterval.Of([.. Losses(even, odd), .. Losses(odd, even)]));

        IEnumerable<double> Losses(int[] choosing, int[] comparing)
        {
            var (kept, better) = (gold[Choose(choosing)], gold[Highest(gold, choosing)]);
            return comparing.Select(prompt => better[prompt] - kept[prompt]);
        }

        int Choose(int[] prompts) => choose(prompts) is var step && step >= 0 && step < steps.Count
            ? step
            : throw new ArgumentException($"The rule chose step {step} of {steps.Count}: steps count from 0.", nameof(choose));
    }

    static int Highest(IReadOnlyList<double>[] scores, IReadOnlyList<int> prompts)
    {
        double[] means = [.. scores.Select(score => Mean(score, prompts))];
        return Array.IndexOf(means, means.Max());
    }

    static double Mean(IReadOnlyList<double> scores, IReadOnlyList<int> prompts) => prompts.Average(prompt => scores[prompt]);
}
