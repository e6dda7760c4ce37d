using System.Text.Json;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>A prompt that was cut is marked wherever it is shown, with what the policy was given of it.</summary>
[Trait("Category", "Integration")]
public sealed class CutPromptTests : IDisposable
{
    // BOS and the last two tokens: the separator is one of them.
    const string Seen = "Assistant:";
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-cut-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task EveryCommand_PromptWasCut_ShowsWhatThePolicyWasGiven()
    {
        var (own, data) = (new Dialogues(_folder), Path.Combine(_folder, "data"));
        string[] overrides = [.. own.Overrides, "data.maxPromptTokens=3", "rl.steps=1"];

        var trained = await TrainProcess.RunAsync(
            ["pocket-tiny", "--data", data, .. overrides.SelectMany(setting => new[] { "--set", setting })]);
        var printed = await App.RunAsync("completions", "latest", "--limit", "1", "--data", data);
        var lines = (await App.RunAsync("completions", "latest", "--data", data, "--json")).Lines();
        await App.RunAsync("export", "latest", "--format", "jsonl", "-o", Path.Combine(_folder, "tables"), "--data", data);

        Assert.True(trained.Code == ExitCode.Done, trained.Error);
        Assert.Contains($"  cut to       {Seen}  (all that the policy was given)", trained.Out, StringComparison.Ordinal);
        Assert.Contains($"[the prompt was cut; the policy was given only this] {Seen}\n", printed.Out, StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Equal(Seen, line.GetProperty("promptSeen").GetString()));
        Assert.All(lines, line => Assert.StartsWith("\n\nHuman: may I", line.GetProperty("prompt").GetString(), StringComparison.Ordinal));
        var rows = File.ReadLines(Path.Combine(_folder, "tables", "completions.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToArray();
        Assert.Equal(lines.Length, rows.Length);
        Assert.All(rows, row => Assert.Equal(
            (1, Seen),
            (row.GetProperty("promptCut").GetInt32(), row.GetProperty("promptSeen").GetString())));
    }

    [Fact]
    public async Task Completions_PromptIsExactlyAsLongAsAllowed_WasNotCut()
    {
        var (own, data) = (new Dialogues(_folder), Path.Combine(_folder, "data"));
        // BOS, five words and 'Assistant:', SEP.
        await Training.RunAsync(data, "run", [.. own.Overrides, "data.maxPromptTokens=8", "rl.steps=1", "pretrain.steps=2"]);

        var lines = (await App.RunAsync("completions", "run", "--data", data, "--json")).Lines();

        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Equal(JsonValueKind.Null, line.GetProperty("promptSeen").ValueKind));
    }
}
