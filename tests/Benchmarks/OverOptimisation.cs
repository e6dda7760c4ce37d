using System.Globalization;
using System.Text.Json;

namespace ActorRlhf.Benchmarks;

/// <summary>Trains the quickstart on several seeds and prints the table of <c>docs/over-optimisation.md</c>.</summary>
static class OverOptimisation
{
    const double Least = 0.10;                        // how far gold must rise and fall to be called over-optimisation

    /// <summary>Runs seeds 0 … <paramref name="seeds"/> − 1 one after the other.</summary>
    /// <returns>0 if all but at most one of the seeds show it.</returns>
    public static int Run(int seeds = 5)
    {
        var shown = 0;
        Console.WriteLine("| seed | gold start | gold peak (step) | gold end | proxy start | at peak | end "
            + "| √KL end | length start → end | reward models' accuracy | seconds | peak memory |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (var seed = 0; seed < seeds; seed++)
        {
            var data = Directory.CreateTempSubdirectory("actorrlhf-seed-").FullName;
            try
            {
                var (result, memory) = TrainProcess.Run(data, "quickstart", "--seed", seed.ToString(CultureInfo.InvariantCulture));
                shown += Row(seed, result, memory) ? 1 : 0;
            }
            finally
            {
                Directory.Delete(data, recursive: true);
            }
        }
        Console.WriteLine($"\n{shown} of {seeds} seeds: proxy rises throughout, "
            + $"gold rises by at least {Least:0.00} and ends at least {Least:0.00} below its peak.");
        return shown >= seeds - 1 ? 0 : 1;
    }

    static bool Row(int seed, JsonElement result, double memory)
    {
        double Number(string group, string name) => result.GetProperty(group).GetProperty(name).GetDouble();
        var (first, peak, last) = (Number("gold", "first"), Number("gold", "peak"), Number("gold", "last"));
        var (start, atPeak, end) = (Number("proxy", "first"), Number("proxy", "atPeak"), Number("proxy", "last"));
        var accuracy = result.GetProperty("rewardModels").EnumerateArray().Average(model => model.GetProperty("accuracy").GetDouble());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {seed} | {first:0.00} | {peak:0.00} ({Number("gold", "peakStep"):0}) | {last:0.00} "
            + $"| {start:0.00} | {atPeak:0.00} | {end:0.00} "
            + $"| {Math.Sqrt(Number("kl", "last")):0.0} "
            + $"| {Number("length", "first"):0.0} → {Number("length", "last"):0.0} | {accuracy:0.000} "
            + $"| {Number("seconds", "total"):0} | {memory:0} MB |"));
        return end > atPeak && atPeak > start && peak - first >= Least && peak - last >= Least;
    }
}
