using System.Text.Json;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>A run on real data, whose true utility nobody knows.</summary>
public sealed class RealWorldTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-real-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [RealDataFact]
    public async Task BestOfN_RealData_HasNoGoldAndNeedsTheRunsCopyAlone()
    {
        var (preferences, runs) = (Path.Combine(_folder, "preferences.jsonl.gz"), Path.Combine(_folder, "runs"));
        // A copy that can be written, unlike the data.
        await File.WriteAllBytesAsync(preferences, await File.ReadAllBytesAsync(RealData.Preferences));
        await Training.RunAsync(runs, "real", [
            "world.kind=hh-rlhf", $"data.path={preferences}", $"policy.path={RealData.Stories}",
            "data.maxPromptTokens=24", "sampling.maxTokens=6", "pretrain.steps=1", "pretrain.batch=2",
            "preferences.pairs=32", "preferences.heldout=8", "reward.epochs=1", "reward.batch=16",
            "reward.calibrationSamples=8", "evaluation.prompts=4"],
            news => news is StageEnded { Stage: "reward-models" } ? new StopRun("there is all that best-of-n needs") : null);
        string[] args = ["best-of-n", "real", "--data", runs, "--n", "1,2", "--samples", "3", "--prompts", "4", "--json"];

        var there = await App.RunAsync(args);
        Assert.Equal(2, there.Lines().Length);
        Assert.All(there.Lines(), line => Assert.Equal(JsonValueKind.Null, line.GetProperty("gold").ValueKind));

        File.AppendAllText(preferences, "x");
        var changed = await App.RunAsync(args);
        File.Delete(preferences);
        var gone = await App.RunAsync(args);

        Assert.Equal((ExitCode.Done, there.Out), (changed.Code, changed.Out));
        Assert.Equal((ExitCode.Done, there.Out), (gone.Code, gone.Out));
    }
}
