using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>Whether a completion gives the number that answers a word problem of GSM8K.</summary>
sealed class Gsm8kEvaluator : IEvaluator
{
    public string Id => "gsm8k";
    public string Version => "1.0.0";

    public string Summary =>
        "Solving the grade school word problems of GSM8K (Cobbe et al., 2021, https://arxiv.org/abs/2110.14168), by the final number "
        + "only. strict and flexible extract and compare as lm-evaluation-harness does in version 3.0 of its task gsm8k; best reads the "
        + "answer as a person would and compares exactly, so that 18 equals 18.00. It cannot see whether the working is right, nor a "
        + "stop string that the generation ran over, except in best.";

    public EvaluatorNeeds Needs => EvaluatorNeeds.Text;

    // Nothing in the system optimises any of them; one that is used to choose checkpoints is spent as a held-out metric, as always.
    public IReadOnlyList<Metric> Metrics { get; } =
    [
        new("strict", MetricDirection.Higher, MetricRole.Heldout, "1 where the number behind \"#### \" is the reference's text, else 0."),
        new("flexible", MetricDirection.Higher, MetricRole.Heldout, "1 where the last number is the reference's text, else 0."),
        new("best", MetricDirection.Higher, MetricRole.Heldout, "1 where the number given as the answer equals the reference, else 0."),
    ];

    public IReadOnlyList<ItemResult> Score(IReadOnlyList<EvaluationItem> items) => [.. items.Select(Judge)];

    static ItemResult Judge(EvaluationItem item)
    {
        if (item.Reference is null) return new FailedItem(item.Id, $"reference is missing: {Gsm8kReference.Expected}.");
        if (Gsm8kReference.Read(item.Reference) is not { } right)
            return new FailedItem(item.Id, $"reference is \"{Shortened(item.Reference)}\": {Gsm8kReference.Expected}.");

        var best = AnswerExtractor.Extract(item.Completion, item.StopReason == EvaluationItem.StoppedByLength);
        return new ScoredItem(item.Id, new Dictionary<string, Score>
        {
            ["strict"] = Harness(HarnessAnswer.Strict(item.Completion), item.Reference, "number behind \"#### \""),
            ["flexible"] = Harness(HarnessAnswer.Flexible(item.Completion), item.Reference, "last number"),
            ["best"] = new(best.Number is { } number && number.Answers(right) ? 1 : 0, best.Text, best.Reason),
        });
    }

    static Score Harness(string? extracted, string reference, string what) => extracted is null
        ? new Score(0, Reason: "no " + what)
        : new Score(HarnessAnswer.Matches(extracted, reference) ? 1 : 0, Shortened(extracted), what);

    static string Shortened(string text)
    {
        const int longest = 80;
        return text.Length <= longest ? text : text[..longest] + "…";
    }
}
