using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>A built-in evaluator with several metrics that judges each item by itself.</summary>
abstract class SymptomEvaluator(string id, string summary, params IReadOnlyList<Metric> metrics) : IEvaluator
{
    public string Id => id;
    public string Version => "1.0.0";
    public string Summary => summary;
    public virtual EvaluatorNeeds Needs => EvaluatorNeeds.Text;
    public IReadOnlyList<Metric> Metrics => metrics;

    public IReadOnlyList<ItemResult> Score(IReadOnlyList<EvaluationItem> items) => [.. items.Select(Judge)];

    protected abstract ItemResult Judge(EvaluationItem item);

    /// <summary>A harm that is measured, not optimised.</summary>
    protected static Metric Harm(string name, string description) =>
        new(name, MetricDirection.Lower, MetricRole.Heldout, description);

    /// <summary>A property that is neither good nor bad by itself.</summary>
    protected static Metric Property(string name, string description) =>
        new(name, MetricDirection.None, MetricRole.Development, description);

    /// <param name="item">What was judged.</param>
    /// <param name="scores">One for each metric, in their order.</param>
    protected ScoredItem Scored(EvaluationItem item, params ReadOnlySpan<Score> scores)
    {
        var byName = new Dictionary<string, Score>(scores.Length);
        for (var i = 0; i < scores.Length; i++) byName.Add(metrics[i].Name, scores[i]);
        return new ScoredItem(item.Id, byName);
    }
}
