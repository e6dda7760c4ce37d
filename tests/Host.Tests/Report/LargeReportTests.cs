using System.Diagnostics;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Host.Tests.Cli;
using ActorRlhf.Host.Tests.Reports;

namespace ActorRlhf.Host.Tests.Report;

public sealed class LargeReportTests
{
    const int Prompts = 128, Evaluators = 20, MostSeconds = 60, MostBytes = 3 << 20;
    const long MostMemory = 1L << 30;
    const ulong Seed = 5;

    /// <summary>2,000 steps, evaluated at every so many, by 20 evaluators on 128 prompts.</summary>
    [Theory]
    [Trait("Category", "Nightly")]
    [InlineData(10)]
    public async Task Report_OfALongRunWithManyEvaluators_KeepsItsTimeMemoryAndSize(int every)
    {
        await using var script = await ScriptedRun.BeginAsync();
        var recipe = new Recipe { Rl = new() { Steps = 2_000 }, Evaluation = new() { Every = every, Prompts = Prompts } };
        await script.WriteAsync("large", [ScriptedRun.Started(recipe)],
            [.. Enumerable.Range(0, 2_000 / every + 1).SelectMany(k => At(script, k * every))]);
        var file = Path.Combine(script.Data.Path, "large.html");
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [TrainProcess.Program, "report", "large", "-o", file, "--data", script.Data.Path])
        { RedirectStandardOutput = true })!;
        var (clock, memory) = (Stopwatch.StartNew(), 0L);
        while (!process.WaitForExit(50)) memory = Math.Max(memory, Peak(process.Id));

        Assert.Equal(0, process.ExitCode);
        var said = $"{clock.Elapsed.TotalSeconds:0.0} s, {memory >> 20} MiB, {new FileInfo(file).Length} bytes";
        Assert.True(clock.Elapsed.TotalSeconds <= MostSeconds && memory <= MostMemory && new FileInfo(file).Length <= MostBytes, said);
        await Console.Out.WriteLineAsync(said);
    }

    static long Peak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(one => one.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]) << 10;
        }
        catch (IOException) { return 0; } // it has just ended
    }

    static IEnumerable<IEvent> At(ScriptedRun script, int step)
    {
        double Draw(uint purpose, int i) => Philox.Uniform(Seed, purpose, (uint)step, (uint)i, 0);
        var source = new StreamHead(1, Some.Hash);
        var store = script.Data.Store.Artefacts;
        var rollout = store.Put(JsonLines.Write(Enumerable.Range(0, Prompts).Select(i => new RolloutRow(
            $"prompt-{i}", $"What is it that prompt {i} asks for ?", [1], [2, 3],
            string.Join(' ', Enumerable.Range(0, 40).Select(word
                => $"word{(int)(Philox.Uniform(Seed, 9, (uint)step, (uint)i, (uint)word) * 500)}")), "eos", [-1, -1],
            new Dictionary<string, string> { ["family"] = $"family-{i % 4}" }))));
        yield return Some.Rollout(step, [.. Enumerable.Range(0, Prompts).Select(i => 20 + (int)(20 * Draw(1, i)))], Some.Heldout, rollout);
        yield return Some.Scored(step, [.. Enumerable.Range(0, Prompts).Select(i => step / 1000.0 + Draw(2, i))], Some.Heldout);
        yield return Some.Kl(step, [.. Enumerable.Range(0, Prompts).Select(i => step / 200.0 + Draw(3, i))], Some.Heldout);
        foreach (var (evaluator, e) in BuiltInEvaluators.ById.OrderBy(one => one.Key != "pocket-gold")
            .ThenBy(one => one.Key, StringComparer.Ordinal)
            .Take(Evaluators).Select((one, e) => (one.Value, (uint)e)))
        {
            var artefact = store.Put(JsonLines.Write(Enumerable.Range(0, Prompts).Select(i => new EvaluationRow(
                i, $"prompt-{i}",
                evaluator.Metrics.ToDictionary(metric => metric.Name, metric
                    => new Score(ValueOf(metric, Draw(20 + e, i) * (1 - step / 3000.0)))), null))));
            yield return new EvaluationCompleted(
                step, Some.Heldout, evaluator.Id, evaluator.Version, Some.Hash, true, rollout, Prompts,
                    [new MetricAggregate("m", 0, 0, Prompts, 0)], artefact, source);
        }
    }

    static double ValueOf(Metric metric, double share) => metric.Range is var (least, most) ? least + share * (most - least) : share;
}
