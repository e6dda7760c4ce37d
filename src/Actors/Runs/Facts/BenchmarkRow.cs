using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>What came of one question: a line of a benchmark's artefact.</summary>
/// <param name="Index">The question's place in its file, from 0.</param>
/// <param name="Completion">What the policy wrote, up to the first stop string; null where it was not to write.</param>
/// <param name="LogLikelihoods">Of each choice, nats; null where there are none.</param>
/// <param name="Scores">By metric, with what was extracted; null if it failed.</param>
/// <param name="Error">Why it failed; null if it did not.</param>
public sealed record BenchmarkRow(
    int Index, string? Completion, IReadOnlyList<double>? LogLikelihoods, IReadOnlyDictionary<string, Score>? Scores, string? Error)
{
    /// <summary>The aggregates of all metrics, in their order.</summary>
    /// <exception cref="KeyNotFoundException">A question was scored without one of them.</exception>
    public static MetricAggregate[] Aggregates(IEnumerable<string> metrics, IReadOnlyList<BenchmarkRow> rows)
    {
        EvaluationRow[] scored = [.. rows.Select(row => new EvaluationRow(row.Index, null, row.Scores, row.Error))];
        return [.. metrics.Select(metric => MetricAggregate.Of(metric, scored))];
    }
}
