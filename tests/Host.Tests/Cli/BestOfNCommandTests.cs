using System.Text.Json;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

[Collection(TrainedRunsCollection.Name)]
public sealed class BestOfNCommandTests(TrainedRuns runs)
{
    [Fact]
    public async Task BestOfN_Json_HasProxyGoldAndBoundForEachN()
    {
        var lines = (await RunAsync("--n", "1,2,8", "--samples", "16", "--prompts", "24")).Lines();

        Assert.Equal([1, 2, 8], lines.Select(line => line.GetProperty("n").GetInt32()));
        Assert.All(lines, line =>
        {
            Assert.Equal(["n", "klBound", "proxy", "gold"], line.Names());
            Assert.Equal(["mean", "standardError"], line.GetProperty("proxy").Names());
            Assert.Equal(["mean", "standardError"], line.GetProperty("gold").Names());
            Assert.Equal(BestOfN.KlBound(line.GetProperty("n").GetInt32()), line.GetProperty("klBound").GetDouble(), 12);
            Assert.InRange(line.GetProperty("gold").GetProperty("mean").GetDouble(), -2, 1.15);
            Assert.True(line.GetProperty("proxy").GetProperty("standardError").GetDouble() > 0);
        });
        // The best of more samples is never worse by the score that chooses: an order that holds for every set of samples.
        var proxies = lines.Select(line => line.GetProperty("proxy").GetProperty("mean").GetDouble()).ToArray();
        Assert.True(proxies[0] < proxies[1] && proxies[1] < proxies[2], string.Join(", ", proxies));
    }

    [Fact]
    public async Task BestOfN_Again_GivesTheSameNumbersAndWritesNothing()
    {
        var before = Files();
        var first = await RunAsync("--n", "2", "--samples", "2", "--prompts", "4");
        var second = await RunAsync("--n", "2", "--samples", "2", "--prompts", "4");
        Assert.Equal(first.Out, second.Out);
        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task BestOfN_OnePrompt_HasNoStandardError()
    {
        var line = (await RunAsync("--n", "1", "--samples", "3", "--prompts", "1")).Single();
        Assert.Equal(JsonValueKind.Null, line.GetProperty("proxy").GetProperty("standardError").ValueKind);
    }

    [Fact]
    public async Task BestOfN_MorePromptsThanTheRunHas_SaysSoAndTakesThose()
    {
        var result = await RunAsync("--n", "1", "--samples", "1", "--prompts", "1000");
        Assert.Single(result.Lines());
        Assert.Contains("32 held-out prompts", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--n", "0")]
    [InlineData("--n", "1,,4")]
    [InlineData("--n", "four")]
    [InlineData("--n", "128")]
    [InlineData("--samples", "63")]
    [InlineData("--samples", "-1")]
    [InlineData("--prompts", "0")]
    public async Task BestOfN_BadOption_IsUsage(string option, string value)
    {
        var result = await App.RunAsync("best-of-n", TrainedRuns.Done, "--data", runs.Data, "--json", $"{option}={value}");
        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Out));
        Assert.Contains(value, result.Error.Split('\n')[0], StringComparison.Ordinal);
    }

    async Task<App.Result> RunAsync(params string[] options)
    {
        var result = await App.RunAsync(["best-of-n", TrainedRuns.Done, "--data", runs.Data, "--json", .. options]);
        Assert.Equal(0, result.Code);
        return result;
    }

    // SQLite's own companions of a database come and go with its readers.
    string[] Files() =>
    [
        .. Directory.EnumerateFiles(runs.Data, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("-shm", StringComparison.Ordinal) && !file.EndsWith("-wal", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(file => $"{file} {File.GetLastWriteTimeUtc(file):O}"),
    ];
}
