using ActorRlhf.Evaluation.Numerics;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>How alike texts are: the mean BLEU-4 of each against all others (Zhu et al. 2018, arXiv 1802.01886).</summary>
/// <remarks>
/// BLEU (Papineni et al. 2002): geometric mean with equal weights of the clipped precisions of runs of 1 to 4 words, times the brevity
/// penalty against the other text whose length is nearest, the shorter of two. A precision of 0/n counts as 0.1/n, one of no runs as
/// 0.1 (smoothing 1 of Chen and Cherry 2014, as NLTK has it); a text that shares no word with the others has 0.
/// </remarks>
static class SelfBleu
{
    /// <summary>The longest runs of words that are compared.</summary>
    public const int Longest = 4;

    const double Smoothing = .1;

    /// <summary>How often a run occurs in the text that has it most, which text that is, and how often in any other.</summary>
    readonly record struct Most(int Count, int Text, int Next);

    /// <summary>The mean over the texts, in [0, 1].</summary>
    /// <param name="runs">The numbers of runs of n words of each text, at [text][n − 1]; two texts at least, each with words.</param>
    public static double Of(int[][][] runs)
    {
        var matched = Matched(runs);
        var sum = 0.0;
        for (var text = 0; text < runs.Length; text++) sum += Bleu(runs, text, matched[text]);
        return sum / runs.Length;
    }

    static double Bleu(int[][][] runs, int text, int[] matched)
    {
        if (matched[0] == 0) return 0;
        var logs = 0.0;
        for (var n = 0; n < Longest; n++)
            logs += PortableMath.Log((matched[n] > 0 ? matched[n] : Smoothing) / Math.Max(1, runs[text][n].Length));
        var (length, nearest) = (runs[text][0].Length, NearestLength(runs, text));
        var brevity = length >= nearest ? 0 : 1 - nearest / (double)length;
        return PortableMath.Exp(brevity + logs / Longest);
    }

    static int NearestLength(int[][][] runs, int text)
    {
        var (length, nearest) = (runs[text][0].Length, int.MaxValue);
        for (var other = 0; other < runs.Length; other++)
        {
            if (other == text) continue;
            var here = runs[other][0].Length;
            var (distance, best) = (Math.Abs(here - length), Math.Abs(nearest - length));
            if (distance < best || (distance == best && here < nearest)) nearest = here;
        }
        return nearest;
    }

    /// <summary>For each text and n the runs that others have too, each no more often than the other text that has it most.</summary>
    static int[][] Matched(int[][][] runs)
    {
        var matched = runs.Select(_ => new int[Longest]).ToArray();
        for (var n = 0; n < Longest; n++)
        {
            var counts = runs.Select(text => text[n].CountBy(run => run).ToArray()).ToArray();
            var most = new Dictionary<int, Most>();
            for (var text = 0; text < runs.Length; text++)
                foreach (var (run, count) in counts[text])
                {
                    var before = most.GetValueOrDefault(run, new Most(0, text, 0));
                    most[run] = count > before.Count
                        ? new Most(count, text, before.Count)
                        : before with { Next = Math.Max(before.Next, count) };
                }
            for (var text = 0; text < runs.Length; text++)
                foreach (var (run, count) in counts[text])
                    matched[text][n] += Math.Min(count, most[run].Text == text ? most[run].Next : most[run].Count);
        }
        return matched;
    }
}
