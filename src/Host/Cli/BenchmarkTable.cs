using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Cli;

/// <summary>What policies of runs did of benchmarks, as a table.</summary>
static class BenchmarkTable
{
    const int ShownDigits = 8;                        // of a hash: they tell one file of questions from another

    /// <summary>Writes a row for each metric of each; nothing where there are none.</summary>
    public static void Write(IReadOnlyList<BenchmarkLine> lines)
    {
        if (lines.Count == 0) return;
        Tables.Write(["run", "benchmark", "questions", "settings", ">step", "metric", ">mean", ">standard error", ">n", ">failed"],
            from line in lines
            from metric in line.Aggregates
            select (string[])
            [
                line.Run, line.Benchmark, line.Questions[..ShownDigits], line.Settings, Figures.Of(line.Step), metric.Key,
                Figures.Of(metric.Value.Mean), Figures.Of(metric.Value.StandardError), Figures.Of(metric.Value.N),
                Figures.Of(metric.Value.Failed),
            ]);
    }
}
