using ActorRlhf.Evaluation.Contract;

namespace Sentences;

/// <summary>An evaluator as a .NET assembly: counts sentences, and says which is the last.</summary>
public sealed class SentenceEvaluator : IEvaluator
{
    static readonly char[] s_ends = ['.', '!', '?'];

    /// <inheritdoc/>
    public string Id => "sentences";

    /// <inheritdoc/>
    public string Version => "1.0.0";

    /// <inheritdoc/>
    public string Summary => "Counts pieces between full stops, exclamation and question marks; it takes 'e.g.' for two.";

    /// <inheritdoc/>
    public EvaluatorNeeds Needs => EvaluatorNeeds.Text;

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Metrics { get; } =
        [new Metric("sentences", MetricDirection.None, MetricRole.Development, "Sentences of the completion.")];

    /// <inheritdoc/>
    public IReadOnlyList<ItemResult> Score(IReadOnlyList<EvaluationItem> items) => [.. items.Select(Score)];

    static ScoredItem Score(EvaluationItem item)
    {
        var sentences = item.Completion.Split(s_ends, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new ScoredItem(item.Id, new Dictionary<string, Score> { ["sentences"] = new(sentences.Length, sentences.LastOrDefault()) });
    }
}
