using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Evaluation.Contract;
using MessagePack;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>The policy after a step did a benchmark: it was asked questions that the run itself does not have.</summary>
/// <param name="Step">Updates of the policy.</param>
/// <param name="Benchmark"><c>gsm8k</c> or <c>multiple-choice</c>.</param>
/// <param name="Version">Of what asked and scored.</param>
/// <param name="Settings">How it was asked, <c>name=value</c> in order of the names, with spaces between them.</param>
/// <param name="Policy">SHA-256 of the policy's weights.</param>
/// <param name="Questions">The file of the questions, as artefact.</param>
/// <param name="Shots">The file of the worked examples before each question; null where there were none.</param>
/// <param name="Items">How many questions were asked.</param>
/// <param name="Aggregates">One per metric.</param>
/// <param name="Artefact">JSON lines of <see cref="BenchmarkRow"/>.</param>
/// <param name="Source">The event of the training stream that ended the step.</param>
[EventName("benchmark.completed/1"), MessagePackObject]
public sealed record BenchmarkCompleted(
    [property: Key(0)] int Step, [property: Key(1)] string Benchmark, [property: Key(2)] string Version,
    [property: Key(3)] string Settings, [property: Key(4)] ContentHash Policy, [property: Key(5)] ContentHash Questions,
    [property: Key(6)] ContentHash? Shots, [property: Key(7)] int Items, [property: Key(8)] MetricAggregate[] Aggregates,
    [property: Key(9)] ContentHash Artefact, [property: Key(10)] StreamHead Source) : IEvent
{
    /// <summary>What was asked of which step: an answer to it is not asked for again.</summary>
    public readonly record struct Key(
        int Step, string Benchmark, string Version, string Settings, ContentHash Questions, ContentHash? Shots);

    /// <summary>What was asked.</summary>
    public Key Asked() => new(Step, Benchmark, Version, Settings, Questions, Shots);
}

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
