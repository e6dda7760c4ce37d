using System.Text.Json;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>A run that its alarm ends early, as scripts meet it.</summary>
[Trait("Category", "Integration")]
public sealed class AlarmedTrainTests : IDisposable
{
    // Its annotator likes length so much that the policy leaves its length budget at once.
    static readonly string[] s_alarmed =
    [
        "pocket-tiny", "--set", "rl.steps=24", "--set", "evaluation.every=6", "--set", "evaluation.prompts=240",
        "--set", "checkpoint.every=6", "--set", "rl.learningRate=0.001", "--set", "annotator.bias.length=0.2", "--set", "annotator.noise=0",
    ];
    readonly string _data = Directory.CreateTempSubdirectory("actorrlhf-alarmed-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Train_AlarmPausesTheRun_AScriptGetsItsFiguresAndWhoGoesOnWithFewerPromptsIsToldOfIt()
    {
        var paused = await TrainProcess.RunAsync([.. s_alarmed, "--set", "evaluation.onMismatch=pause", "--data", _data, "--json"]);
        Assert.Equal((ExitCode.Failed, ("paused", 12)), (paused.Code, Stands(paused.Out)));
        Assert.Contains("mismatch: heldout/length-budget fell", paused.Error, StringComparison.Ordinal);

        var shown = (await App.RunAsync("show", "latest", "--data", _data, "--json")).Single().GetProperty("alarm");
        Assert.Equal(12, shown.GetProperty("step").GetInt32());
        Assert.Contains("at step 12: length-budget", (await App.RunAsync("show", "latest", "--data", _data)).Out, StringComparison.Ordinal);
        var events = await App.RunAsync("events", "latest", "--type", "mismatch.detected", "--data", _data);
        Assert.Equal("", events.Out);
        Assert.Contains("such events are in its other stream: --stream evaluations", events.Error, StringComparison.Ordinal);

        var ended = await TrainProcess.RunAsync("--resume", "latest", "--set", "evaluation.prompts=100", "--data", _data, "--json");
        Assert.Equal((ExitCode.Done, ("completed", 24)), (ended.Code, Stands(ended.Out)));

        var ledger = (await App.RunAsync("mismatch", "latest", "--data", _data, "--json")).Single();
        var missing = ledger.GetProperty("missing").EnumerateArray().ToDictionary(
            one => one.GetProperty("figure").GetString()!, one => one.GetProperty("why").GetString());
        Assert.Equal(
            "evaluations asked fewer prompts than the first one from step 18 on, 2 in all: they take no part in it", missing["alarm"]);
        Assert.Contains("100 prompts in common", missing["prompts"], StringComparison.Ordinal);
    }

    static (string? State, int Steps) Stands(string json)
    {
        var report = JsonDocument.Parse(json).RootElement;
        return (report.GetProperty("state").GetString(), report.GetProperty("steps").GetInt32());
    }
}
