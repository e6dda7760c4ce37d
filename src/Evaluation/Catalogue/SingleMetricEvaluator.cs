using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Catalogue;

/// <summary>A built-in evaluator with one metric, named like itself, that judges each text by itself.</summary>
abstract class SingleMetricEvaluator(string id, string version, MetricDirection direction, MetricRole role, string description) : IEvaluator
{
    public string Id => id;
    public string Version => version;
    public abstract string Summary { get; }
    public EvaluatorNeeds Needs => EvaluatorNeeds.Text;
    public IReadOnlyList<Metric> Metrics { get; } = [new(id, direction, role, description)];

    public IReadOnlyList<ItemResult> Score(IReadOnlyList<EvaluationItem> items) => [.. items.Select(Judge)];

    protected abstract ItemResult Judge(EvaluationItem item);

    protected ScoredItem Scored(EvaluationItem item, Score score) => new(item.Id, new Dictionary<string, Score> { [id] = score });
}
