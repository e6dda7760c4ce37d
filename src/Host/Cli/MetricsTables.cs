using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Cli;

/// <summary>The last metrics of a run as tables.</summary>
static class MetricsTables
{
    /// <summary>Writes them; what there is none of yet is left out, and so is an evaluation that is in the last step already.</summary>
    /// <param name="lastStep">Of the last step, joined by those of its evaluation.</param>
    /// <param name="lastEvaluation">Of the last step that was evaluated.</param>
    public static void Write(MetricsLine? lastStep, MetricsLine? lastEvaluation)
    {
        if (lastStep is not null) Write("last step", lastStep);
        if (lastEvaluation is not null && lastEvaluation.Step != lastStep?.Step) Write("last evaluation", lastEvaluation);
    }

    static void Write(string title, MetricsLine metrics) =>
        Tables.Write(
            [$"{title}: {Figures.Of(metrics.Step)}", ">value"],
            metrics.Metrics.Select(metric => new[] { metric.Key, Figures.Of(metric.Value) }));
}
