using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary><c>submit</c>, and every other command on a run that waits.</summary>
[Trait("Category", "Integration")]
public sealed class SubmitCommandTests : IDisposable
{
    static readonly string[] s_short = ["--set", "pretrain.steps=20", "--set", "rl.steps=2"];
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-submit-tests-").FullName;

    string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Submit_ThenResume_TrainsWhatWasAskedFor()
    {
        var sound = await TrainProcess.RunAsync(["pocket-tiny", .. s_short, "--data", Path.Combine(_folder, "sound"), "--json"]);

        var submitted = await App.RunAsync(["submit", "pocket-tiny", .. s_short, "--priority", "-3", "--data", Data, "--json"]);

        Assert.Equal(ExitCode.Done, submitted.Code);
        var line = submitted.Single();
        var run = line.GetProperty("run").GetString()!;
        Assert.Equal(("queued", 2), (line.GetProperty("state").GetString(), line.GetProperty("steps").GetInt32()));
        Assert.Contains($"actorrlhf train --resume {run} --data", submitted.Error);
        Assert.Equal("queued", (await App.RunAsync("runs", "--data", Data, "--json")).Single().GetProperty("state").GetString());
        var queued = (await App.RunAsync("show", run, "--data", Data, "--json")).Single().GetProperty("queued");
        Assert.Equal((Environment.UserName, -3), (queued.GetProperty("by").GetString(), queued.GetProperty("priority").GetInt32()));
        Assert.Contains($"train --resume {run} --data", (await App.RunAsync("show", run, "--data", Data)).Out.ReplaceLineEndings(""));

        var trained = await TrainProcess.RunAsync("--resume", run, "--data", Data, "--json");

        Assert.Equal(ExitCode.Done, trained.Code);
        trained.AssertClean();
        string Trajectory(string json) => System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("trajectory").GetString()!;
        Assert.Equal(Trajectory(sound.Out), Trajectory(trained.Out));
        Assert.Equal(ExitCode.Done, (await App.RunAsync("audit", run, "--data", Data)).Code);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "rl.nothing", "pocket-tiny", "--set", "rl.nothing=1")]
    [InlineData(ExitCode.Usage, "/no/such/folder", "pocket-tiny", "--set", "policy.path=/no/such/folder")]
    [InlineData(ExitCode.Usage, "'2000000' is not a whole number", "pocket-tiny", "--priority", "2000000")]
    [InlineData(ExitCode.Usage, "RECIPE")]
    public async Task Submit_WhatCouldNotBegin_IsRefusedAndLeavesNothing(int code, string message, params string[] args)
    {
        var result = await App.RunAsync(["submit", .. args, "--data", Data]);

        Assert.Equal((code, true), (result.Code, result.Error.Contains(message, StringComparison.OrdinalIgnoreCase)));
        Assert.False(Directory.Exists(Data));
    }

    /// <summary>There is nothing yet to show, and nothing that is wrong: no command ends with the name of an exception.</summary>
    [Theory]
    [InlineData(ExitCode.Done, "events", "RUN")]
    [InlineData(ExitCode.Done, "metrics", "RUN")]
    [InlineData(ExitCode.Done, "completions", "RUN")]
    [InlineData(ExitCode.Done, "replay", "RUN")]
    [InlineData(ExitCode.Done, "audit", "RUN")]
    [InlineData(ExitCode.Done, "audit", "RUN", "--recompute", "all")]
    [InlineData(ExitCode.Done, "disk")]
    [InlineData(ExitCode.NotFound, "generate", "--model", "run:RUN")]
    [InlineData(ExitCode.NotFound, "fork", "RUN", "--at", "0")]
    [InlineData(ExitCode.Failed, "runs", "delete", "RUN")]
    [InlineData(ExitCode.Done, "runs", "delete", "RUN", "--force")]
    public async Task AnyCommand_RunThatWaits_IsAnswered(int code, params string[] args)
    {
        var run = await SubmitAsync();

        var result = await App.RunAsync([.. args.Select(arg => arg.Replace("RUN", run, StringComparison.Ordinal)), "--data", Data]);

        Assert.True(code == result.Code, result.Error);
        Assert.DoesNotContain("Exception", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_BesideARunThatWaits_SaysHowToBeginIt()
    {
        var run = await SubmitAsync();

        var trained = await TrainProcess.RunAsync(["pocket-tiny", .. s_short, "--data", Data]);

        Assert.Contains($"run {run} waits in the queue; to begin it:", trained.Error);
    }

    async Task<string> SubmitAsync()
    {
        var submitted = await App.RunAsync(["submit", "pocket-tiny", .. s_short, "--data", Data, "--json"]);
        return submitted.Single().GetProperty("run").GetString()!;
    }
}
