using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>Whether the samples of one prompt differ.</summary>
/// <remarks>
/// The first sample of a prompt carries the value of all, the others null: so the mean over items is the mean over prompts, and its
/// standard error counts prompts and not their samples, which would be one value several times.
/// </remarks>
sealed class DiversityEvaluator : IEvaluator
{
    const int LongestDistinct = 3;

    readonly Dictionary<string, Score> _others;

    public DiversityEvaluator() =>
        _others = Metrics.ToDictionary(metric => metric.Name, _ => new Score(null, Reason: "stands at the prompt's first sample"));

    public string Id => "diversity";
    public string Version => "1.0.0";

    public string Summary =>
        "Distinct n-grams of words divided by n-grams over all samples of one prompt (Li et al. 2016, arXiv 1510.03055), and self-BLEU: "
        + "the mean BLEU-4 of each sample against the others (Zhu et al. 2018, arXiv 1802.01886; smoothing 1 of Chen and Cherry 2014). "
        + "The first sample of a prompt carries its value. RLHF is known to narrow policies (Kirk et al. 2023, arXiv 2310.06452). "
        + "Distinct-n falls with length and with the number of samples, so compare equal numbers; noise is diverse too, and the same "
        + "thought in other words seems so.";

    public EvaluatorNeeds Needs => EvaluatorNeeds.Text | EvaluatorNeeds.Group;

    public IReadOnlyList<Metric> Metrics { get; } =
    [
        .. Enumerable.Range(1, LongestDistinct).Select(n => new Metric($"distinct-{n}", MetricDirection.Higher, MetricRole.Heldout,
            $"Distinct {n}-grams of words divided by all over the samples of one prompt, 0 to 1; null where there are none.")),
        new Metric("self-bleu", MetricDirection.Lower, MetricRole.Heldout,
            "Mean BLEU-4 of each sample of a prompt against the others, 0 to 1; null for one sample, or where one has no words."),
    ];

    public IReadOnlyList<ItemResult> Score(IReadOnlyList<EvaluationItem> items)
    {
        var results = new ItemResult[items.Count];
        foreach (var group in Enumerable.Range(0, items.Count).GroupBy(i => items[i].PromptId ?? items[i].Prompt, StringComparer.Ordinal))
        {
            int[] samples = [.. group.OrderBy(i => items[i].Sample).ThenBy(i => items[i].Id, StringComparer.Ordinal)];
            var scores = Judge([.. samples.Select(i => items[i].Completion)]);
            foreach (var i in samples)
                results[i] = new ScoredItem(items[i].Id, i == samples[0] ? scores : _others);
        }
        return results;
    }

    Dictionary<string, Score> Judge(string[] completions)
    {
        var grams = new NGrams(SelfBleu.Longest);
        int[][][] runs = [.. completions.Select(completion => grams.Of(new CutText(completion)))];
        var scores = new Dictionary<string, Score>();
        for (var n = 1; n <= LongestDistinct; n++) scores.Add(Metrics[n - 1].Name, Distinct(grams.Distinct(n), runs, n));
        scores.Add(Metrics[^1].Name, SelfBleuOf(runs));
        return scores;
    }

    static Score Distinct(int distinct, int[][][] runs, int n)
    {
        var all = runs.Sum(sample => sample[n - 1].Length);
        return all == 0
            ? new Score(null, Reason: $"no {n} words in a row")
            : new Score(distinct / (double)all, Reason: $"{runs.Length} samples");
    }

    static Score SelfBleuOf(int[][][] runs)
    {
        if (runs.Length == 1) return new Score(null, Reason: "one sample has nothing to be compared with");
        return Array.Exists(runs, sample => sample[0].Length == 0)
            ? new Score(null, Reason: "a sample has no words")
            : new Score(SelfBleu.Of(runs), Reason: $"{runs.Length} samples");
    }
}
