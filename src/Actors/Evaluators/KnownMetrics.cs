using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>
/// What the metrics of evaluators mean: of those that were brought as they were declared, of the catalogue's as this build has them.
/// </summary>
/// <param name="registry">Those that were brought.</param>
public sealed class KnownMetrics(EvaluatorRegistry registry)
{
    /// <summary>The metrics of a version; null where nobody knows it.</summary>
    public IReadOnlyList<Metric>? Of(string evaluator, string version) =>
        // As it was first declared: a role that was given later is a look that came before it.
        registry.All().FirstOrDefault(one => one.Facts.Evaluator == evaluator && one.Facts.Version == version)
            ?.Evaluator.Description.Metrics
        ?? BuiltInEvaluators.MetricsOf(evaluator, version);
}
