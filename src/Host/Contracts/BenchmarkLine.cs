using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Host.Contracts;

/// <summary>What a run's policy after a step did of a benchmark, as its log has it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Step">The step.</param>
/// <param name="Benchmark"><c>gsm8k</c> or <c>multiple-choice</c>.</param>
/// <param name="Version">Of how it was asked and scored.</param>
/// <param name="Settings">How it was asked.</param>
/// <param name="Questions">SHA-256 of the text of the file of the questions, unpacked, in UTF-8: an artefact.</param>
/// <param name="Items">Questions.</param>
/// <param name="Aggregates">By metric.</param>
/// <param name="Artefact">SHA-256 of what came of each question, an artefact of JSON lines.</param>
sealed record BenchmarkLine(
    string Run, int Step, string Benchmark, string Version, string Settings, string Questions, int Items,
    IReadOnlyDictionary<string, AggregateLine> Aggregates, string Artefact)
{
    public static BenchmarkLine Of(string run, BenchmarkCompleted done) => new(
        run, done.Step, done.Benchmark, done.Version, done.Settings, done.Questions.ToString(), done.Items,
        done.Aggregates.ToDictionary(one => one.Metric, one => new AggregateLine(
            Known(one.Mean), Known(one.StandardError), one.Count, one.Failed)),
        done.Artefact.ToString());

    static double? Known(double value) => double.IsNaN(value) ? null : value;
}
