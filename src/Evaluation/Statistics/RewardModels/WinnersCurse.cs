using ActorRlhf.Evaluation.Statistics.Comparisons;

namespace ActorRlhf.Evaluation.Statistics.RewardModels;

/// <summary>How much of what a choice gains in the eyes of those who chose is lost on a member that did not choose.</summary>
/// <param name="InSample">Mean gain of the chosen candidate over its prompt's mean, by the members that chose it, in their units.</param>
/// <param name="OutOfSample">The same candidates' mean gain by the member left out.</param>
/// <param name="Share">
/// 1 − out/in with a prompt bootstrap: 0 no loss, 1 nothing remains, above 1 worse than no choice. Null where nothing is gained in sample.
/// </param>
/// <param name="Members">Number of members.</param>
/// <remarks>
/// Each member in turn is left out; per prompt the others' mean score chooses. The members saw the same comparisons and share their
/// mistakes, so that the loss on a judge of another origin is larger: a lower bound.
/// </remarks>
public sealed record WinnersCurse(double InSample, double OutOfSample, Measured? Share, int Members)
{
    /// <summary>The curse where members score in different units: each is standardised first, over all candidates of all prompts.</summary>
    /// <inheritdoc cref="OfStandardised"/>
    /// <exception cref="ArgumentException">As below, or a member gives all candidates the same score.</exception>
    public static WinnersCurse Of(IReadOnlyList<double[,]> prompts, ulong seed, int resamples = Bootstrap.DefaultResamples)
    {
        Require(prompts);
        double[][,] standardised = [.. prompts.Select(prompt => (double[,])prompt.Clone())];
        for (var member = 0; member < prompts[0].GetLength(1); member++)
        {
            double[] scores = [.. prompts.SelectMany(prompt => Enumerable.Range(0, prompt.GetLength(0)).Select(c => prompt[c, member]))];
            if (!Series.Varies(scores))
                throw new ArgumentException($"Member {member} gives all candidates the same score and chooses none: leave it out.");
            var summary = Summary.Of(scores);
            var deviation = summary.StandardError!.Value * Math.Sqrt(scores.Length);
            foreach (var prompt in standardised)
                for (var candidate = 0; candidate < prompt.GetLength(0); candidate++)
                    prompt[candidate, member] = (prompt[candidate, member] - summary.Mean) / deviation;
        }
        return OfStandardised(standardised, seed, resamples);
    }

    /// <summary>The curse of scores in one unit, as a reward model's standardised scores are.</summary>
    /// <param name="prompts">Scores by prompt, at [candidate, member]; prompts may differ in their number of candidates.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    /// <param name="resamples">Resamples of the bootstrap.</param>
    /// <exception cref="ArgumentException">
    /// There are no prompts, a prompt has no candidates, there are fewer than two members, prompts differ in their members, or a score is
    /// not finite.
    /// </exception>
    public static WinnersCurse OfStandardised(
        IReadOnlyList<double[,]> prompts, ulong seed, int resamples = Bootstrap.DefaultResamples)
    {
        Require(prompts);
        (double In, double Out)[] gains = [.. prompts.Select(Gains)];
        var share = Bootstrap.Of(prompts.Count, seed, chosen => Loss(gains, chosen), resamples);
        return new WinnersCurse(gains.Average(gain => gain.In), gains.Average(gain => gain.Out), share, prompts[0].GetLength(1));
    }

    static double? Loss((double In, double Out)[] gains, IReadOnlyList<int> prompts)
    {
        double inSample = 0, outOfSample = 0;
        foreach (var prompt in prompts) (inSample, outOfSample) = (inSample + gains[prompt].In, outOfSample + gains[prompt].Out);
        return inSample > 0 ? 1 - outOfSample / inSample : null;
    }

    /// <summary>A prompt's gains, averaged over the members left out.</summary>
    static (double In, double Out) Gains(double[,] scores)
    {
        var (candidates, members) = (scores.GetLength(0), scores.GetLength(1));
        double inSample = 0, outOfSample = 0;
        for (var left = 0; left < members; left++)
        {
            var (best, bestMean, sumOfMeans, sumLeft) = (0, double.NegativeInfinity, 0.0, 0.0);
            for (var candidate = 0; candidate < candidates; candidate++)
            {
                var others = 0.0;
                for (var member = 0; member < members; member++) others += member == left ? 0 : scores[candidate, member];
                var mean = others / (members - 1);
                if (mean > bestMean) (best, bestMean) = (candidate, mean);
                sumOfMeans += mean;
                sumLeft += scores[candidate, left];
            }
            var gain = bestMean - sumOfMeans / candidates;
            inSample += gain > 1e-12 * Math.Abs(bestMean) ? gain : 0; // equal candidates gain nothing but a rounding
            outOfSample += scores[best, left] - sumLeft / candidates;
        }
        return (inSample / members, outOfSample / members);
    }

    static void Require(IReadOnlyList<double[,]> prompts)
    {
        if (prompts.Count == 0) throw new ArgumentException("No prompts have no choices: leave the comparison out.", nameof(prompts));
        var members = prompts[0].GetLength(1);
        if (members < 2) throw new ArgumentException($"A judge that did not choose needs 2 members or more, not {members}.");
        foreach (var prompt in prompts)
        {
            if (prompt.GetLength(1) != members)
                throw new ArgumentException($"A prompt with {prompt.GetLength(1)} members beside one with {members}: all score all.");
            if (prompt.GetLength(0) == 0) throw new ArgumentException("A prompt has no candidates: leave it out.", nameof(prompts));
            foreach (var score in prompt)
                if (!double.IsFinite(score))
                    throw new ArgumentException("A score is not a finite number: leave failed candidates out.", nameof(prompts));
        }
    }
}
