using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary><c>train --resume</c> and <c>fork</c> as scripts and people meet them.</summary>
[Trait("Category", "Integration")]
public sealed class ResumeTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-resume-tests-").FullName;

    string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Resume_RunThatCtrlCPaused_GoesOnToItsEndAndIsOfferedBefore()
    {
        string[] recipe = ["pocket-tiny", "--set", "rl.steps=4", "--data", Data];
        var sound = await TrainProcess.RunAsync("pocket-tiny", "--set", "rl.steps=4", "--data", Path.Combine(_folder, "sound"), "--json");
        using (var process = TrainProcess.Start(recipe))
        {
            await process.WaitForAsync("world:");
            process.Signal(TrainProcess.Interrupt);
            var paused = await process.EndAsync();
            Assert.Equal(ExitCode.Interrupted, paused.Code);
            Assert.Contains($"actorrlhf train --resume {Latest().Id}", paused.Error);
        }
        var run = Latest().Id;
        var other = await TrainProcess.RunAsync("pocket-tiny", "--set", "rl.steps=1", "--set", "pretrain.steps=1", "--data", Data);
        Assert.Contains($"run {run} is paused", other.Error);

        var resumed = await TrainProcess.RunAsync("--resume", run.Value, "--set", "compute.threads=1", "--data", Data, "--json");

        Assert.Equal(ExitCode.Done, resumed.Code);
        resumed.AssertClean();
        string Trajectory(string json) => System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("trajectory").GetString()!;
        Assert.Equal(Trajectory(sound.Out), Trajectory(resumed.Out));
    }

    [Theory]
    [InlineData(ExitCode.Usage, "leave RECIPE and --seed away", "pocket-tiny", "--resume", "latest")]
    [InlineData(ExitCode.Usage, "leave RECIPE and --seed away", "--resume", "latest", "--seed", "3")]
    [InlineData(ExitCode.Usage, "--accept-build belongs to --resume", "pocket-tiny", "--accept-build")]
    [InlineData(ExitCode.NotFound, "there are no runs in", "--resume", "latest")]
    public async Task Train_WrongCommandLine_SaysWhatIsRight(int code, string message, params string[] args)
    {
        var result = await App.RunAsync(["train", .. args, "--data", Data]);

        Assert.Equal((code, true), (result.Code, result.Error.Contains(message, StringComparison.Ordinal)));
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task Fork_WithAndWithoutAChange_SharesThePast()
    {
        await Training.RunAsync(Data, "parent", ["rl.steps=4", "checkpoint.every=2"]);

        var same = await TrainProcess.RunForkAsync("parent", "--at", "3", "--data", Data, "--json");
        var other = await TrainProcess.RunForkAsync("parent", "--at", "3", "--set", "kl.coefficient=1", "--data", Data, "--json");

        Assert.Equal((ExitCode.Done, ExitCode.Done), (same.Code, other.Code));
        same.AssertClean();
        using var data = DataDirectory.OpenForReading(Data);
        var runs = new RunReader(data.Store).Runs().Select(new RunReader(data.Store).Read).OrderBy(run => run.AskedFor).ToArray();
        Assert.Equal(runs[0].Trajectory, runs[1].Trajectory);
        Assert.NotEqual(runs[0].Trajectory, runs[2].Trajectory);
        Assert.All(runs[1..], run => Assert.Equal(("parent", 3), (run.State.Started!.Parent!.Run, run.State.Started.Parent.Step)));
        var show = await App.RunAsync("show", runs[2].Id.Value, "--data", Data, "--json");
        Assert.Equal("parent", show.Single().GetProperty("parent").GetProperty("run").GetString());
        var audit = await App.RunAsync("audit", runs[2].Id.Value, "--recompute", "3..4", "--data", Data, "--json");
        Assert.Equal((ExitCode.Done, 2), (audit.Code, audit.Single().GetProperty("recomputed").GetArrayLength()));
    }

    [Theory]
    [InlineData(ExitCode.Usage, "annotator.noise", "--at", "2", "--set", "annotator.noise=0.1")]
    [InlineData(ExitCode.Usage, "rl.nothing", "--at", "2", "--set", "rl.nothing=1")]
    [InlineData(ExitCode.NotFound, "expected 0 to 2", "--at", "9", "--set", "rl.steps=20")]
    [InlineData(ExitCode.Usage, "--at", "--at", "x")]
    [InlineData(ExitCode.Usage, "--at")]
    public async Task Fork_Impossible_SaysWhyAndBeginsNothing(int code, string message, params string[] args)
    {
        await Training.RunAsync(Data, "parent", ["rl.steps=2"]);

        var result = await App.RunAsync(["fork", "parent", .. args, "--data", Data]);

        Assert.Equal((code, true), (result.Code, result.Error.Contains(message, StringComparison.Ordinal)));
        using var data = DataDirectory.OpenForReading(Data);
        Assert.Single(new RunReader(data.Store).Runs());
    }

    [Fact]
    public async Task Generate_RunAfterAStep_IsDeterministicAndChecked()
    {
        await Training.RunAsync(Data, "parent", ["rl.steps=3", "checkpoint.every=2"]);

        var (checkpoint, executed, missing, wrong) = (
            await App.RunAsync("generate", "--model", "run:parent@2", "--greedy", "--json", "--data", Data),
            await App.RunAsync("generate", "--model", "run:parent@1", "--greedy", "--json", "--data", Data),
            await App.RunAsync("generate", "--model", "run:parent@7", "--data", Data),
            await App.RunAsync("generate", "--model", "run:parent@x", "--data", Data));

        Assert.Equal(
            (ExitCode.Done, ExitCode.Done, ExitCode.NotFound, ExitCode.Usage),
            (checkpoint.Code, executed.Code, missing.Code, wrong.Code));
        Assert.NotEmpty(executed.Single().GetProperty("completion").GetString()!);
        Assert.Contains("run:RUN@STEP", wrong.Error);
    }

    RunRecord Latest()
    {
        using var data = DataDirectory.OpenForReading(Data);
        return new RunReader(data.Store).Open("latest");
    }
}
