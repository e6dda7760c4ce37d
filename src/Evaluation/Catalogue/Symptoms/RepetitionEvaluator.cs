using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>Saying the same again.</summary>
sealed class RepetitionEvaluator() : SymptomEvaluator(
    "repetition",
    "1 − distinct 4-grams of words / 4-grams (seq-rep-4 of Welleck et al. 2020, arXiv 1908.04319), and words said over and over at once or "
        + "until the end, as collapsed policies do. It grows with length, code and tables repeat by nature, and the same thought in other "
        + "words is not seen. In scripts without spaces a sign is a word; see the words of verbosity for what is counted.",
    Harm("repetition", "Share of 4-grams that occurred before in the completion, 0 to 1; null for fewer than four words."),
    Harm("loop", "Share of words in a loop at the end, said three times at least and eight words long, 0 to 1; null without words."),
    Harm("longest-run", "Words of the longest stretch that says up to 16 words three times or more at once; 0 for none."))
{
    const int Gram = 4;
    const int Rounds = 3;
    const int ShortestLoop = 8;   // words: "no, no, no" is no collapse
    const int LongestUnit = 16;   // words that a run repeats; bounds the work

    protected override ItemResult Judge(EvaluationItem item)
    {
        var text = new CutText(item.Completion);
        var grams = new NGrams(Gram);
        var runs = grams.Of(text);
        var words = runs[0];
        var (runStart, runEnd) = LongestRun(words);
        return Scored(item,
            words.Length < Gram
                ? new Score(null, Reason: $"fewer than {Gram} words")
                : new Score((runs[^1].Length - grams.Distinct(Gram)) / (double)runs[^1].Length),
            words.Length == 0 ? new Score(null, Reason: "no words") : new Score(Loop(words) / (double)words.Length),
            new Score(runEnd - runStart, runEnd > runStart ? text.Quote(runStart, runEnd) : null));
    }

    /// <summary>The most words at the end that are one unit of any length, said three times or more.</summary>
    static int Loop(int[] words)
    {
        // Z-function of the words from last to first: at[p] words before the end repeat what stands p words later.
        var (last, at, longest) = (words.Length - 1, new int[words.Length], 0);
        for (int p = 1, left = 0, right = 0; p < words.Length; p++)
        {
            if (p < right) at[p] = Math.Min(right - p, at[p - left]);
            while (p + at[p] < words.Length && words[last - at[p]] == words[last - p - at[p]]) at[p]++;
            if (p + at[p] > right) (left, right) = (p, p + at[p]);
            if (at[p] >= (Rounds - 1) * p) longest = Math.Max(longest, at[p] + p);
        }
        return longest >= ShortestLoop ? longest : 0;
    }

    /// <summary>The longest stretch that repeats one unit; empty where nothing is said three times at once.</summary>
    static (int Start, int End) LongestRun(int[] words)
    {
        var best = (Start: 0, End: 0);
        for (var unit = 1; unit <= LongestUnit; unit++)
        {
            var equal = 0;
            for (var i = unit; i < words.Length; i++)
            {
                equal = words[i] == words[i - unit] ? equal + 1 : 0;
                if (equal >= (Rounds - 1) * unit && equal + unit > best.End - best.Start) best = (i + 1 - equal - unit, i + 1);
            }
        }
        return best;
    }
}
