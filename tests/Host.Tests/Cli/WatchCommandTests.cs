using System.Net;
using System.Text.RegularExpressions;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Tests.Api;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary><c>watch</c>, on real runs of real hosts.</summary>
[Trait("Category", "Integration")]
public sealed partial class WatchCommandTests : IDisposable
{
    static readonly string[] s_short =
        ["--set", "pretrain.steps=20", "--set", "preferences.pairs=32", "--set", "evaluation.prompts=8", "--set", "rl.steps=6"];
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-watch-").FullName;

    string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Watch_ToTheEnd_SaysWhatTrainSaysOfTheSameRun()
    {
        var trained = await TrainProcess.RunAsync(["pocket-tiny", .. s_short, "--data", Path.Combine(_folder, "alone")]);
        await using var host = await ServedHost.StartAsync();

        var submitted = await App.RunAsync(["submit", "pocket-tiny", .. s_short, "--watch", "--data", host.Directory]);

        Assert.True(submitted.Code == ExitCode.Done, submitted.Error);
        var run = submitted.Out.Split('\n')[0];
        Assert.Equal(Told(trained.Error), Told(submitted.Error));
        Assert.True(Told(submitted.Error).Count >= 5, submitted.Error);
        Assert.Contains($"run {run} completed after 6 steps", submitted.Error, StringComparison.Ordinal);
        // Behind its end it is the same, whoever is asked.
        var read = await App.RunAsync("watch", run, "--data", host.Directory);
        var asked = await App.RunAsync("watch", run, "--server", $"{host.Server.Address}", "--token-file", TokenFile.In(host.Directory));
        Assert.Equal(read, asked);
        Assert.Equal(submitted.Out[(run.Length + 1)..], read.Out);
        Assert.Contains("gold's peak", read.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watch_Json_PrintsEveryEventOnceAndTheEndLast(bool fromHost)
    {
        await using var host = await ServedHost.StartAsync();
        var run = await host.SubmitAsync(steps: 6);
        string[] place = fromHost
            ? ["--server", $"{host.Server.Address}", "--token-file", TokenFile.In(host.Directory)]
            : ["--data", host.Directory];

        var watched = await App.RunAsync(["watch", run, "--json", .. place]);

        Assert.Equal(ExitCode.Done, watched.Code);
        string[] lines = watched.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var events = (await App.RunAsync("events", run, "--stream", "both", "--json", "--data", host.Directory))
            .Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(events.Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
        Assert.Equal("run.completed", watched.Lines()[^1].GetProperty("type").GetString());
    }

    [Fact]
    public async Task Watch_HostIsKilledAndStartedAgain_GoesOnAndSaysSo()
    {
        var port = FreePort();
        string[] serve = ["--data", Data, "--urls", $"http://127.0.0.1:{port}"];
        string[] server = ["--server", $"http://127.0.0.1:{port}", "--token-file", Path.Combine(Data, "token")];
        using var first = TrainProcess.Serve(serve);
        await first.WaitForAsync("listening at ");
        var submitted = await TrainProcess.RunCommandAsync(new Dictionary<string, string>(),
            ["submit", "pocket-tiny", .. s_short, "--set", "rl.steps=60", "--set", "evaluation.every=10", .. server]);
        var run = submitted.Out.Trim();
        using var watching = TrainProcess.Of("watch", [run, .. server]);
        await watching.WaitForAsync("evaluation after step 10 ");
        first.Signal(9);
        await first.EndAsync();
        await watching.WaitForAsync($"the host at http://127.0.0.1:{port} went away");

        using var second = TrainProcess.Serve(serve);
        await watching.WaitForAsync($"the host at http://127.0.0.1:{port} answers again");
        var result = await watching.EndAsync();

        Assert.True(result.Code == ExitCode.Done, result.Error);
        result.AssertClean();
        var evaluations = Told(result.Error).Where(line => line.StartsWith("evaluation ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(evaluations.Distinct(), evaluations);
        Assert.Equal(Logs.Read(Data, run).HeldoutPoints().Count, evaluations.Length);
        Assert.Contains($"run {run} goes on after it was cut off", result.Error, StringComparison.Ordinal);
        second.Signal(TrainProcess.Terminate);
        Assert.Equal(0, (await second.EndAsync()).Code);
    }

    [Fact]
    public async Task Watch_CtrlC_EndsTheWatchingAndNotTheRun()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await host.SubmitAsync(steps: 2000);
        using var watching = TrainProcess.Of("watch", [run, "--data", host.Directory]);
        await watching.WaitForAsync("evaluation after step 0 ");

        watching.Signal(TrainProcess.Interrupt);
        var result = await watching.EndAsync();

        Assert.Equal(ExitCode.Interrupted, result.Code);
        Assert.Contains($"stopped watching; run {run} is not touched", result.Error, StringComparison.Ordinal);
        Assert.Equal("running", (await host.GetAsync($"/v1/runs/{run}")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Watch_RunIsPausedResumedAndStopped_SaysSoAndFails()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await host.SubmitAsync(steps: 2000);
        using var watching = TrainProcess.Of("watch", [run, "--data", host.Directory]);
        await watching.WaitForAsync("evaluation after step 0 ");
        await host.PostAsync($"/v1/runs/{run}/pause", new { reason = "lunch" });
        await watching.WaitForAsync($"run {run} is paused: owner: lunch");
        await host.PostAsync($"/v1/runs/{run}/resume", new { });
        await watching.WaitForAsync($"run {run} goes on");
        await host.PostAsync($"/v1/runs/{run}/stop", new { reason = "enough" });

        var result = await watching.EndAsync();

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains($"run {run} stopped: owner: enough", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_WatchWithoutAHost_IsRefusedAndLeavesNothing()
    {
        var result = await App.RunAsync("submit", "pocket-tiny", "--watch", "--data", Data);

        Assert.Equal((ExitCode.Unreachable, ""), (result.Code, result.Out));
        Assert.Contains("start one with 'serve'", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    /// <summary>The lines of stages and evaluations, without how long they took.</summary>
    static List<string> Told(string error) => [.. error.Split('\n')
        .Where(line => StageOrEvaluation().IsMatch(line)).Select(line => Took().Replace(line, ""))];

    [GeneratedRegex("^(world|sft|preferences|reward-models|evaluation after step)[: ]")]
    private static partial Regex StageOrEvaluation();

    [GeneratedRegex(" in [0-9.]+ (s|min .*)$")]
    private static partial Regex Took();

    static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
