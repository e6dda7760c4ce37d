namespace ActorRlhf.Evaluation.Statistics.RewardModels;

/// <summary>How often a reward model scores the better of two completions of a prompt higher.</summary>
/// <param name="Prompts">Number of prompts with such a pair, n.</param>
/// <param name="Pairs">Number of pairs.</param>
/// <param name="Ties">Pairs with equal scores; each counts half.</param>
/// <param name="Accuracy">Mean over prompts of the share of their pairs that are right, with Wilson's 95% interval for n prompts.</param>
public sealed record PairAccuracy(int Prompts, int Pairs, int Ties, Measured Accuracy)
{
    /// <summary>Accuracy on prompts; a pair is two candidates whose gold differs.</summary>
    /// <param name="prompts">For each prompt its candidates' scores and gold.</param>
    /// <returns>Null where no prompt has a pair.</returns>
    /// <remarks>
    /// The unit is the prompt: pairs of one prompt share candidates. Wilson's interval is that of shares of 0 or 1, hence wide for
    /// prompts with several pairs.
    /// </remarks>
    /// <exception cref="ArgumentException">A prompt's scores and gold differ in number, or one is not a number.</exception>
    public static PairAccuracy? Of(IEnumerable<(IReadOnlyList<double> Scores, IReadOnlyList<double> Gold)> prompts)
    {
        var (count, pairs, ties, sum) = (0, 0, 0, 0.0);
        foreach (var (scores, gold) in prompts)
        {
            var (right, tied, all) = Compare(scores, gold);
            if (all == 0) continue;
            (count, pairs, ties) = (count + 1, pairs + all, ties + tied);
            sum += (right + tied / 2.0) / all;
        }
        if (count == 0) return null;
        var (low, high) = Proportion.Wilson(sum / count, count);
        return new PairAccuracy(count, pairs, ties, new Measured(sum / count, low, high, count, Proportion.Method));
    }

    static (int Right, int Tied, int All) Compare(IReadOnlyList<double> scores, IReadOnlyList<double> gold)
    {
        if (scores.Count != gold.Count) throw new ArgumentException($"{scores.Count} scores and {gold.Count} gold values: they are pairs.");
        if (scores.Concat(gold).Any(double.IsNaN))
            throw new ArgumentException("A score is not a number and cannot be compared: leave failed candidates out.");
        var (right, tied, all) = (0, 0, 0);
        for (var better = 0; better < scores.Count; better++)
            for (var worse = 0; worse < scores.Count; worse++)
            {
                if (!(gold[better] > gold[worse])) continue;
                all++;
                right += scores[better] > scores[worse] ? 1 : 0;
                tied += scores[better] == scores[worse] ? 1 : 0;
            }
        return (right, tied, all);
    }
}
