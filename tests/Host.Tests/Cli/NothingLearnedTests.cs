using System.Text.Json;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>A run of which no step, or not every step, was applied says so wherever a person or a script looks.</summary>
[Trait("Category", "Integration")]
public sealed class NothingLearnedTests : IDisposable
{
    const string Why = "stopReasons (no completion ended with EOS)", InWords = "no completion ended with EOS";
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-nothing-learned-").FullName;

    string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Hardly trained and nearly greedy: the few completions of this seed never end.
    [Fact]
    public Task Train_EveryStepIsSkipped_FailsAndSaysWhyEverywhere() => AssertSaidAsync(2, [
        "pocket-tiny", "--seed", "2", "--set", "sampling.temperature=0.05", "--set", "rl.steps=2",
        "--set", "pretrain.steps=5", "--set", "rl.episodes=2",
        "--set", "preferences.pairs=32", "--set", "preferences.heldout=16"]);

    [RealDataFact]
    public Task Train_RealAnswersAreCutOff_FailsAndSaysWhyEverywhere() => AssertSaidAsync(3, [
        "hh-rlhf", "--set", $"data.path={RealData.Preferences}", "--set", $"policy.path={RealData.Stories}",
        "--set", "rl.steps=3", "--set", "pretrain.steps=5",
        "--set", "preferences.pairs=32", "--set", "preferences.heldout=8", "--set", "reward.calibrationSamples=8",
        "--set", "evaluation.prompts=4",
        "--set", "sampling.maxTokens=16", "--set", "rl.episodes=4", "--set", "data.maxPromptTokens=64", "--set", "pretrain.batch=4"]);

    // The verdict is the last word, and no report of a success stands above it.
    [Fact]
    public async Task Train_EveryStepIsSkipped_PrintsNoReport()
    {
        var result = await TrainProcess.RunAsync(
            "pocket-tiny", "--seed", "2", "--set", "sampling.temperature=0.05", "--set", "rl.steps=1", "--set", "pretrain.steps=5",
            "--set", "rl.episodes=2", "--set", "preferences.pairs=32", "--set", "preferences.heldout=16", "--data", Data);

        Assert.Equal((ExitCode.Failed, ""), (result.Code, result.Out));
        Assert.Contains("recipe pocket-tiny, seed 2, 1 RL step\n", result.Error, StringComparison.Ordinal);
        Assert.Contains($"failed: nothing was learned: 1 of 1 step was not applied: 1 skipped because {InWords}", result.Error,
            StringComparison.Ordinal);
    }

    async Task AssertSaidAsync(int steps, params string[] train)
    {
        var words = $"{steps} of {steps} steps were not applied: {steps} skipped because {InWords}";
        var result = await TrainProcess.RunAsync([.. train, "--data", Data, "--json"]);

        Assert.Equal(ExitCode.Failed, result.Code);
        result.AssertClean();
        Assert.Contains($"failed: nothing was learned: {words}; let completions end by themselves: raise "
            + $"sampling.maxTokens", result.Error, StringComparison.Ordinal);
        AssertCounted(JsonDocument.Parse(result.Out).RootElement, steps);
        await AssertToldAsync(steps);
        foreach (string[] command in (string[][])[["runs"], ["show", "latest"], ["metrics", "latest"]])
            Assert.Contains(words, (await App.RunAsync([.. command, "--data", Data])).Out, StringComparison.Ordinal);
        AssertCounted((await App.RunAsync("runs", "--data", Data, "--json")).Single(), steps);
        var shown = (await App.RunAsync("show", "latest", "--data", Data, "--json")).Single();
        AssertCounted(shown, steps);
        Assert.Equal("failed", shown.GetProperty("state").GetString());
        var lines = (await App.RunAsync("metrics", "latest", "--data", Data, "--json")).Lines();
        Assert.Equal(
            [null, .. Enumerable.Repeat($"skipped: {Why}", steps)],
            lines.Select(line => line.GetProperty("notApplied").GetString()));
        Assert.Equal(ExitCode.Done, (await App.RunAsync("audit", "latest", "--data", Data)).Code);
        Assert.Equal(ExitCode.Done, (await App.RunAsync("replay", "latest", "--data", Data)).Code);
    }

    /// <summary>Where tables show a step, they say in words why it was not applied, and that there is no KL.</summary>
    async Task AssertToldAsync(int steps)
    {
        foreach (string[] command in (string[][])[["metrics", "latest"], ["counterfactual", "latest"]])
        {
            var table = (await App.RunAsync([.. command, "--data", Data])).Out;
            Assert.Equal(steps, table.Split($"skipped: {InWords}").Length - 1);
            Assert.DoesNotContain("stopReasons", table, StringComparison.Ordinal);
        }
        var completion = await App.RunAsync("completions", "latest", "--data", Data, "--set", "training", "--limit", "1");
        Assert.Contains(", kl not measured, for the step was not applied, ", completion.Out, StringComparison.Ordinal);
    }

    static void AssertCounted(JsonElement json, int steps)
    {
        var reason = Assert.Single(json.GetProperty("notApplied").EnumerateArray());
        Assert.Equal(
            ("skipped", Why, steps),
            (reason.GetProperty("how").GetString(), reason.GetProperty("why").GetString(), reason.GetProperty("steps").GetInt32()));
    }
}
