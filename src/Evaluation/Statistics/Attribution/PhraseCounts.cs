using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Statistics.Attribution;

/// <summary>In how many completions a phrase stands at two steps.</summary>
/// <param name="Phrase">Its words in lower case.</param>
/// <param name="Before">Completions with it at the first step.</param>
/// <param name="After">Completions with it at the second.</param>
/// <param name="GainedBy">The prompts whose completion has it at the second step only.</param>
sealed record PhraseCounts(string Phrase, int Before, int After, IReadOnlyList<int> GainedBy)
{
    /// <summary>Prompts whose completion has it at the first step only.</summary>
    public int Lost => Before - (After - GainedBy.Count);

    /// <summary>The phrases of 1 … longest words in at least so many completions of either step, in order of first appearance.</summary>
    public static List<PhraseCounts> Of(IReadOnlyList<string> before, IReadOnlyList<string> after, int longest, int least)
    {
        var grams = new NGrams(longest);
        CutText[] texts = [.. before.Concat(after).Select(text => new CutText(text))];
        int[][][] runs = [.. texts.Select(grams.Of)];
        var counts = new List<PhraseCounts>();
        for (var n = 1; n <= longest; n++) Add(counts, texts, runs, n, grams.Distinct(n), least);
        return counts;
    }

    static void Add(List<PhraseCounts> counts, CutText[] texts, int[][][] runs, int n, int distinct, int least)
    {
        var prompts = texts.Length / 2;
        var (inBefore, inAfter) = (new int[distinct], new int[distinct]);
        for (var text = 0; text < texts.Length; text++)
            foreach (var run in runs[text][n - 1].Distinct()) (text < prompts ? inBefore : inAfter)[run]++;

        // Most runs are in one completion only: lists of prompts are made for the few that count.
        var gainedBy = new List<int>?[distinct];
        for (var run = 0; run < distinct; run++)
            if (Math.Max(inBefore[run], inAfter[run]) >= least) gainedBy[run] = [];
        for (var prompt = 0; prompt < prompts; prompt++)
        {
            var had = runs[prompt][n - 1].ToHashSet();
            foreach (var run in runs[prompts + prompt][n - 1].Distinct())
                if (!had.Contains(run)) gainedBy[run]?.Add(prompt);
        }

        var isNamed = new bool[distinct];
        for (var text = 0; text < texts.Length; text++)
            for (var word = 0; word < runs[text][n - 1].Length; word++)
            {
                var run = runs[text][n - 1][word];
                if (gainedBy[run] is not { } gained || isNamed[run]) continue;
                isNamed[run] = true;
                var phrase = string.Join(' ', Enumerable.Range(word, n).Select(one => texts[text].Word(one).ToString()));
                counts.Add(new PhraseCounts(phrase, inBefore[run], inAfter[run], gained));
            }
    }
}
