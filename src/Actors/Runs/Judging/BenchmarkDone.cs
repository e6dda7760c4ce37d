using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Judging;

/// <summary>What the policy after a step did of a benchmark, before any of it is stored.</summary>
/// <param name="Step">Updates of the policy.</param>
/// <param name="Benchmark"><c>gsm8k</c> or <c>multiple-choice</c>.</param>
/// <param name="Version">Of what asked and scored.</param>
/// <param name="Settings">How it was asked, as in <see cref="BenchmarkCompleted"/>.</param>
/// <param name="Policy">SHA-256 of the policy's weights.</param>
/// <param name="Source">The event of the training stream that ended the step.</param>
/// <param name="Questions">The file of the questions.</param>
/// <param name="Shots">The file of the worked examples; null where there were none.</param>
/// <param name="Metrics">Names of the metrics, in order.</param>
/// <param name="Rows">What came of each question, in order.</param>
/// <param name="Duration">What asking took.</param>
public sealed record BenchmarkDone(
    int Step, string Benchmark, string Version, string Settings, ContentHash Policy, StreamHead Source, byte[] Questions, byte[]? Shots,
    IReadOnlyList<string> Metrics, IReadOnlyList<BenchmarkRow> Rows, TimeSpan Duration)
{
    /// <summary>Stores the files.</summary>
    /// <returns>The event that names them.</returns>
    /// <exception cref="KeyNotFoundException">A question was scored without one of the metrics; nothing is stored.</exception>
    public BenchmarkCompleted Store(ArtefactStore artefacts)
    {
        var aggregates = BenchmarkRow.Aggregates(Metrics, Rows);
        return new BenchmarkCompleted(
            Step, Benchmark, Version, Settings, Policy, artefacts.Put(Questions), Shots is null ? null : artefacts.Put(Shots), Rows.Count,
            aggregates, artefacts.Put(JsonLines.Write(Rows)), Source);
    }
}
