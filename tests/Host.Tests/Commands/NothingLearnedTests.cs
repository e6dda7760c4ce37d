using System.Text.Json;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Commands;

/// <summary>A run of which no step, or not every step, was applied says so wherever a person or a script looks.</summary>
[Trait("Category", "Integration")]
public sealed class NothingLearnedTests : IDisposable
{
    const string Why = "stopReasons (no completion ended with EOS)";
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-nothing-learned-").FullName;

    string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Hardly trained and nearly greedy: the few completions of this seed never end.
    [Fact]
    public Task Train_EveryStepIsSkipped_FailsAndSaysWhyEverywhere() => AssertSaidAsync(2, [
        "pocket-tiny", "--seed", "2", "--set", "sampling.temperature=0.05", "--set", "rl.steps=2", "--set", "pretrain.steps=5", "--set", "rl.episodes=2",
        "--set", "preferences.pairs=32", "--set", "preferences.heldout=16"]);

    [RealDataFact]
    public Task Train_RealAnswersAreCutOff_FailsAndSaysWhyEverywhere() => AssertSaidAsync(3, [
        "hh-rlhf", "--set", $"data.path={RealData.Preferences}", "--set", $"policy.path={RealData.Stories}", "--set", "rl.steps=3", "--set", "pretrain.steps=5",
        "--set", "preferences.pairs=32", "--set", "preferences.heldout=8", "--set", "reward.calibrationSamples=8", "--set", "evaluation.prompts=4",
        "--set", "sampling.maxTokens=16", "--set", "rl.episodes=4", "--set", "data.maxPromptTokens=64", "--set", "pretrain.batch=4"]);

    async Task AssertSaidAsync(int steps, params string[] train)
    {
        var words = $"{steps} of {steps} steps were not applied: {steps} skipped because of {Why}";
        var result = await TrainProcess.RunAsync([.. train, "--data", Data, "--json"]);

        Assert.Equal(ExitCode.Failed, result.Code);
        result.AssertClean();
        Assert.Contains($"failed: nothing was learned: {words}. let completions end by themselves: raise sampling.maxTokens", result.Error, StringComparison.Ordinal);
        AssertCounted(JsonDocument.Parse(result.Out).RootElement, steps);
        foreach (string[] command in (string[][])[["runs"], ["show", "latest"], ["metrics", "latest"]])
            Assert.Contains(words, (await Cli.RunAsync([.. command, "--data", Data])).Out, StringComparison.Ordinal);
        AssertCounted((await Cli.RunAsync("runs", "--data", Data, "--json")).Single(), steps);
        var shown = (await Cli.RunAsync("show", "latest", "--data", Data, "--json")).Single();
        AssertCounted(shown, steps);
        Assert.Equal("failed", shown.GetProperty("state").GetString());
        var lines = (await Cli.RunAsync("metrics", "latest", "--data", Data, "--json")).Lines();
        Assert.Equal([null, .. Enumerable.Repeat($"skipped: {Why}", steps)], lines.Select(line => line.GetProperty("notApplied").GetString()));
        Assert.Equal(ExitCode.Done, (await Cli.RunAsync("audit", "latest", "--data", Data)).Code);
        Assert.Equal(ExitCode.Done, (await Cli.RunAsync("replay", "latest", "--data", Data)).Code);
    }

    static void AssertCounted(JsonElement json, int steps)
    {
        var reason = Assert.Single(json.GetProperty("notApplied").EnumerateArray());
        Assert.Equal(("skipped", Why, steps), (reason.GetProperty("how").GetString(), reason.GetProperty("why").GetString(), reason.GetProperty("steps").GetInt32()));
    }
}
