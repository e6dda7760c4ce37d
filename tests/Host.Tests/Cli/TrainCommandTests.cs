using System.Text.Json;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>The command <c>train</c> as scripts and people meet it: a process, two pipes, an exit code.</summary>
[Trait("Category", "Integration")]
public sealed class TrainCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-train-tests-").FullName;

    string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("Category", "Nightly")]
    public async Task Train_TwiceInOneDirectory_KeepsBothRunsWithOneTrajectory()
    {
        var first = await TrainProcess.RunAsync("pocket-tiny", "--seed", "7", "--set", "rl.steps=3", "--data", Data, "--json");
        var second = await TrainProcess.RunAsync("pocket-tiny", "--set", "seed=7", "--set", "rl.steps=3", "--data", Data);

        Assert.Equal((ExitCode.Done, ExitCode.Done), (first.Code, second.Code));
        first.AssertClean();
        second.AssertClean();
        using var document = JsonDocument.Parse(first.Out);
        var json = document.RootElement;
        AssertShape(json);
        using var data = DataDirectory.OpenForReading(Data);
        var runs = new RunReader(data.Store).Runs().Select(new RunReader(data.Store).Read).OrderBy(run => run.AskedFor).ToArray();
        Assert.Equal(2, runs.Length);
        Assert.All(runs, run => Assert.Equal(RunStatus.Completed, run.State.Status));
        Assert.Equal(runs[0].Trajectory, runs[1].Trajectory);
        AssertFigures(json, runs[0]);
        string[] figures =
        [
            runs[1].Id.Value, runs[1].Head.ToString(), runs[1].Trajectory.ToString(), runs[1].State.Weights.ToString()!,
            "gold's peak", "● gold", Path.Combine(Data, "logs"),
        ];
        foreach (var said in figures)
            Assert.Contains(said, second.Out);
        string[] stages =
        [
            "recipe pocket-tiny, seed 7", "world:", "sft:", "preferences:", "reward-models:", "evaluation after step 0 of 3:",
            "evaluation after step 3 of 3:",
        ];
        foreach (var line in stages)
            Assert.Single(second.Error.Split('\n'), said => said.StartsWith(line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Train_CtrlCInSft_PausesTheRunAndExitsWith130()
    {
        using var process = TrainProcess.Start("pocket-tiny", "--set", "pretrain.steps=100000", "--data", Data, "--json");
        await process.WaitForAsync("world:");
        process.Signal(TrainProcess.Interrupt);
        var result = await process.EndAsync();

        Assert.Equal(ExitCode.Interrupted, result.Code);
        result.AssertClean();
        Assert.Empty(result.Out);
        Assert.Contains("is paused after stage 'world'", result.Error);
        Assert.Equal(RunStatus.Paused, Latest().State.Status);
    }

    [Fact]
    public async Task Train_CtrlCTwice_ExitsWith130()
    {
        using var process = TrainProcess.Start("pocket-tiny", "--set", "pretrain.steps=100000", "--data", Data);
        await process.WaitForAsync("world:");
        process.Signal(TrainProcess.Interrupt);
        process.Signal(TrainProcess.Interrupt);
        var result = await process.EndAsync();

        Assert.Equal(ExitCode.Interrupted, result.Code);
        result.AssertClean();
    }

    [Fact]
    public async Task Train_Sigterm_LeavesTheRunRunning()
    {
        using var process = TrainProcess.Start(
            "pocket-tiny", "--set", "pretrain.steps=100000", "--set", "checkpoint.sftEvery=20", "--data", Data);
        await process.WaitForAsync("world:");
        process.Signal(TrainProcess.Terminate);
        var result = await process.EndAsync();

        Assert.Equal(ExitCode.Interrupted, result.Code);
        result.AssertClean();
        Assert.Equal(RunStatus.Running, Latest().State.Status);
    }

    [Fact]
    public async Task Train_DirectoryInUse_NamesTheHolder()
    {
        using var held = DataDirectory.OpenForWriting(Data, TimeProvider.System);
        var result = await TrainProcess.RunAsync("pocket-tiny", "--data", Data);

        Assert.Equal(ExitCode.Unreachable, result.Code);
        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", result.Error);
        result.AssertClean();
    }

    [Fact]
    public async Task Train_DirectoryUnderAFile_SaysWhatIsInTheWay()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "");
        var result = await TrainProcess.RunAsync("pocket-tiny", "--data", Path.Combine(file, "data"));

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains($"{file} is a file, not a directory. Move that file away, or choose another directory with --data", result.Error);
        result.AssertClean();
    }

    [Fact]
    public async Task Train_BrokenRecipe_NamesFileLineAndKey()
    {
        var recipe = Path.Combine(_folder, "broken.yaml");
        await File.WriteAllTextAsync(recipe, "name: broken\nreward:\n  members: three\nrl:\n  stepps: 4\n");
        var result = await TrainProcess.RunAsync(recipe, "--data", Data);

        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains($"{recipe}:3: reward.members: 'three' is not", result.Error);
        Assert.Contains($"{recipe}:5: rl.stepps:", result.Error);
        Assert.False(Directory.Exists(Data));
        result.AssertClean();
    }

    [Fact]
    public async Task Train_RunThatFails_ExitsWith1AndTheReason()
    {
        // Hardly trained and nearly greedy, the few completions of this seed never end, and the recipe says to stop then.
        var result = await TrainProcess.RunAsync(
            "pocket-tiny", "--seed", "2", "--set", "pretrain.steps=5", "--set", "sampling.temperature=0.05", "--set", "rl.episodes=2",
            "--set", "preferences.pairs=32", "--set", "preferences.heldout=16", "--set", "rl.onNonFinite=stop", "--data", Data, "--json");

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains(" failed: ", result.Error);
        Assert.Empty(result.Out);
        result.AssertClean();
        Assert.Equal(RunStatus.Failed, Latest().State.Status);
    }

    RunRecord Latest()
    {
        using var data = DataDirectory.OpenForReading(Data);
        return new RunReader(data.Store).Open("latest");
    }

    static void AssertShape(JsonElement json)
    {
        static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(property => property.Name)];
        Assert.Equal(["run", "recipe", "seed", "steps", "seconds", "proxy", "gold", "kl", "length", "rewardModels", "tokensPerSecond",
            "firstMinibatchMaxRatioError", "samplerMaxLogProbError", "events", "head", "trajectory",
            "weights", "dataDirectory", "notApplied"], Names(json));
        Assert.Equal(["total", "pretrain", "preferences", "rewardModels", "rl"], Names(json.GetProperty("seconds")));
        Assert.Equal(["first", "atPeak", "last"], Names(json.GetProperty("proxy")));
        Assert.Equal(["first", "peak", "peakStep", "last"], Names(json.GetProperty("gold")));
        Assert.Equal(["last"], Names(json.GetProperty("kl")));
        Assert.Equal(["first", "last"], Names(json.GetProperty("length")));
        Assert.All(json.GetProperty("rewardModels").EnumerateArray(), model => Assert.Equal(["member", "accuracy"], Names(model)));
        Assert.Equal(["generate", "train"], Names(json.GetProperty("tokensPerSecond")));
    }

    void AssertFigures(JsonElement json, RunRecord run)
    {
        string? Text(string name) => json.GetProperty(name).GetString();
        Assert.Equal(
            (run.Id.Value, "pocket-tiny", 7ul, 3),
            (Text("run"), Text("recipe"), json.GetProperty("seed").GetUInt64(), json.GetProperty("steps").GetInt32()));
        Assert.Equal(
            (run.Head.ToString(), run.Trajectory.ToString(), run.State.Weights.ToString()),
            (Text("head"), Text("trajectory"), Text("weights")));
        Assert.Equal(run.Training().Count() + run.Evaluations().Count(), json.GetProperty("events").GetInt32());
        Assert.Equal(Path.GetFullPath(Data), json.GetProperty("dataDirectory").GetString());
        Assert.InRange(json.GetProperty("firstMinibatchMaxRatioError").GetDouble(), 0, 1e-4);
        Assert.InRange(json.GetProperty("samplerMaxLogProbError").GetDouble(), 0, 1e-4);
        foreach (var speed in json.GetProperty("tokensPerSecond").EnumerateObject()) Assert.True(speed.Value.GetDouble() > 0, speed.Name);
    }
}
