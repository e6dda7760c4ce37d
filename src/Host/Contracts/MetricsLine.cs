using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Contracts;

/// <summary>Metrics of one step as <c>--json</c> prints them.</summary>
/// <param name="Step">The step; 0 is before RL.</param>
/// <param name="Metrics">Name and value; null where the value is not finite.</param>
/// <param name="NotApplied">Why the step was not applied; null if it was.</param>
/// <param name="Spreads">Standard error and n of those that are means over completions, by name.</param>
sealed record MetricsLine(
    int Step, IReadOnlyDictionary<string, double> Metrics, string? NotApplied, IReadOnlyDictionary<string, MetricSpread> Spreads)
{
    public static MetricsLine Of(StepMetrics step) => new(step.Step, step.Values, step.NotApplied, step.Spreads);
}
