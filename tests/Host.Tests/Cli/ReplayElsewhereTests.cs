using System.Diagnostics;
using System.Text.Json;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>The program as a process of its own, in other cultures, time zones and on other numbers of processors.</summary>
[Collection(TrainedRunsCollection.Name)]
public sealed class ReplayElsewhereTests(TrainedRuns runs)
{
    sealed record Surroundings(string Culture, string OneAndAHalf, string CapitalI, string Zone, TimeSpan Offset, int Threads)
    {
        internal static Surroundings Of(string culture, string zone, int threads) => new(
            culture, culture == "" ? "1.5" : "1,5", culture == "tr-TR" ? "İ" : "I",
            zone, zone == "UTC" ? TimeSpan.Zero : new TimeSpan(5, 45, 0), threads);
    }

    [ForeignCulturesTheory]
    [InlineData("", "Asia/Kathmandu", 1)]
    [InlineData("tr-TR", "UTC", 2)]
    [InlineData("de-DE", "Asia/Kathmandu", 1)]
    public Task Replay_InOtherSurroundings_GivesTheSameBytes(string culture, string zone, int threads) =>
        CheckAsync(Surroundings.Of(culture, zone, threads));

    [Trait("Category", "Nightly")]
    [ForeignCulturesTheory]
    [InlineData("")]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    public async Task Replay_InEverySurroundings_GivesTheSameBytes(string culture)
    {
        foreach (var zone in (string[])["UTC", "Asia/Kathmandu"])
            foreach (var threads in (int[])[1, 2]) await CheckAsync(Surroundings.Of(culture, zone, threads));
    }

    async Task CheckAsync(Surroundings there)
    {
        foreach (string[] at in (string[][])[[], ["--at", "3"]])
        {
            string[] args = ["replay", TrainedRuns.Done, "--data", runs.Data, "--json", .. at];
            var here = (await App.RunAsync(args)).Single();

            var (line, said) = await RunAsync(there, args);

            Assert.Equal(StartupHook.Line(there.Culture, there.OneAndAHalf, there.CapitalI, there.Offset, there.Threads), said);
            Assert.Equal(here.GetProperty("state").GetRawText(), line.GetProperty("state").GetRawText());
            Assert.Equal(here.GetProperty("stateHash").GetString(), line.GetProperty("stateHash").GetString());
        }
    }

    static async Task<(JsonElement Line, string Said)> RunAsync(Surroundings there, string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "actorrlhf.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        // The program itself knows the invariant culture only.
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = there.Culture == "" ? "1" : "0";
        start.Environment["LC_ALL"] = there.Culture == "" ? "C" : $"{there.Culture.Replace('-', '_')}.UTF-8";
        start.Environment["TZ"] = there.Zone;
        start.Environment["DOTNET_PROCESSOR_COUNT"] = $"{there.Threads}";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Task.WhenAll(output, error, process.WaitForExitAsync());
        Assert.True(process.ExitCode == 0, error.Result);
        return (JsonDocument.Parse(output.Result).RootElement, error.Result.Trim());
    }
}

/// <summary>A test that is skipped where the machine knows no other cultures or time zones.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ForeignCulturesTheoryAttribute : TheoryAttribute
{
    public ForeignCulturesTheoryAttribute()
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById("Asia/Kathmandu", out _))
            Skip = "the time zones of the operating system (tzdata) are not installed";
        string[] places = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu"];
        if (!places.Any(place => Directory.Exists(place) && Directory.EnumerateFiles(place, "libicuuc.so*").Any()))
            Skip = "the cultures of the operating system (ICU) are not installed";
    }
}
