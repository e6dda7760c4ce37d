using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using MessagePack;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>The policy after a step did a benchmark: it was asked questions that the run itself does not have.</summary>
/// <param name="Step">Updates of the policy.</param>
/// <param name="Benchmark"><c>gsm8k</c> or <c>multiple-choice</c>.</param>
/// <param name="Version">Of how it was asked and scored.</param>
/// <param name="Settings">How it was asked, <c>name=value</c> in order of the names, with spaces between them.</param>
/// <param name="Policy">SHA-256 of the policy's weights.</param>
/// <param name="Questions">The text of the file of the questions, unpacked, in UTF-8, as artefact.</param>
/// <param name="Shots">The same of the worked examples before each question; null where there were none.</param>
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
    public readonly record struct Request(
        int Step, string Benchmark, string Version, string Settings, ContentHash Questions, ContentHash? Shots);

    /// <summary>What was asked.</summary>
    public Request Asked() => new(Step, Benchmark, Version, Settings, Questions, Shots);
}
