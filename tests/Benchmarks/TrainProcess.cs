using System.Diagnostics;
using System.Text.Json;

namespace ActorRlhf.Benchmarks;

/// <summary>Runs the real program, as a user would, in a data directory of its own.</summary>
static class TrainProcess
{
    /// <summary><c>train … --json</c>; progress goes to this process's stderr.</summary>
    /// <param name="data">Data directory.</param>
    /// <param name="arguments">Recipe, seed and overrides.</param>
    /// <returns>The result object, and the largest resident memory in MB.</returns>
    /// <exception cref="InvalidOperationException">The program failed.</exception>
    public static (JsonElement Result, double PeakMegabytes) Run(string data, params IEnumerable<string> arguments)
    {
        using var process = Start(data, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!process.WaitForExit(500))
        {
            process.Refresh();
            if (!process.HasExited) peak = Math.Max(peak, process.PeakWorkingSet64);
        }
        if (process.ExitCode != 0) throw new InvalidOperationException($"train ended with exit code {process.ExitCode}");
        return (JsonDocument.Parse(output.Result).RootElement, peak / 1e6);
    }

    /// <summary>The same, to be watched by the caller.</summary>
    public static Process Start(string data, params IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "actorrlhf.dll"), "train", .. arguments, "--data", data, "--json"])
        {
            RedirectStandardOutput = true,
        })!;
}
