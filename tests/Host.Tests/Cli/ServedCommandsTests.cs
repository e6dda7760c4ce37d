using System.Net;
using System.Text;
using System.Text.Json;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Reading;
using ActorRlhf.Host.Tests.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>Commands that only a host can carry out, and hosts that cannot be asked.</summary>
[Trait("Category", "Integration")]
public sealed class ServedCommandsTests : IDisposable
{
    static readonly string[] s_short =
        ["--set", "pretrain.steps=20", "--set", "preferences.pairs=32", "--set", "evaluation.prompts=8", "--set", "rl.steps=2000"];
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-served-commands-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task SubmitPauseResumeForkStop_OnADirectoryThatAHostHolds_AreThatHosts()
    {
        await using var host = await ServedHost.StartAsync(concurrent: 1);
        var asking = $"a host at {host.Server.Address.ToString().TrimEnd('/')} holds {host.Directory}; asking it";

        var submitted = await App.RunAsync(["submit", "pocket-tiny", .. s_short, "--priority", "3", "--data", host.Directory, "--json"]);
        Assert.Contains(asking, submitted.Error, StringComparison.Ordinal);
        var run = submitted.Single().GetProperty("run").GetString()!;
        await host.AwaitAsync(run, "running");
        Assert.Equal(("owner", 3), (host.Record(run).State.Queued!.By, host.Record(run).State.Queued!.Priority));
        var paused = await App.RunAsync("pause", run, "--reason", "lunch", "--data", host.Directory, "--json");
        var table = await App.RunAsync("resume", run, "--data", host.Directory);
        await host.AwaitAsync(run, "running");
        var stopped = await App.RunAsync("stop", run, "--data", host.Directory, "--json");
        var forked = await App.RunAsync("fork", run, "--at", "0", "--set", "rl.steps=3", "--data", host.Directory, "--json");
        var plain = await App.RunAsync("submit", "pocket-tiny", "--set", "rl.steps=2", "--seed", "9", "--data", host.Directory);

        Assert.All([submitted, paused, table, stopped, plain], result => Assert.True(result.Code == ExitCode.Done, result.Error));
        Assert.Equal("paused", paused.Single().GetProperty("state").GetString());
        Assert.Contains(run, table.Out, StringComparison.Ordinal);
        Assert.Contains("running", table.Out, StringComparison.Ordinal);
        Assert.Equal("stopped", stopped.Single().GetProperty("state").GetString());
        Assert.Contains(host.Record(run).Training().Select(read => read.Event).OfType<RunPaused>(), one => one.Reason == "owner: lunch");
        // It was stopped wherever it stood, and has a step 0 once its reward models are there.
        if (host.Record(run).State.Stage(StageNames.RewardModels) is not null)
        {
            Assert.True(forked.Code == ExitCode.Done, forked.Error);
            Assert.Equal(run, host.Record(forked.Single().GetProperty("run").GetString()!).State.Parent!.Run);
        }
        else Assert.Equal(ExitCode.NotFound, forked.Code);
        Assert.Equal(9UL, host.Record(plain.Out.Trim()).Plan.Seed);
        Assert.Contains($"actorrlhf watch {plain.Out.Trim()} --data {host.Directory}", plain.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume", "--accept-build")]
    [InlineData("stop")]
    public async Task Control_NoHost_SaysWhatToDo(params string[] command)
    {
        var nobody = await App.RunAsync([command[0], "latest", .. command[1..], "--data", _folder]);
        App.Result training;
        using (DataDirectory.OpenForWriting(_folder, TimeProvider.System))
        {
            // What a host left behind that was killed names nobody.
            await File.WriteAllTextAsync(Path.Combine(_folder, "host"), """{"address":"http://127.0.0.1:1","processId":1}""");
            training = await App.RunAsync([command[0], "latest", .. command[1..], "--data", _folder]);
        }

        Assert.Equal((ExitCode.Unreachable, ExitCode.Unreachable), (nobody.Code, training.Code));
        Assert.Contains($"none holds {_folder}", nobody.Error, StringComparison.Ordinal);
        Assert.Contains("'train --resume RUN' goes on with a run", nobody.Error, StringComparison.Ordinal);
        Assert.Contains($"what holds {_folder} is none", training.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostFile_WhileAHostListens_IsThereAndThenGone()
    {
        await using (var host = await ServedHost.StartAsync(directory: _folder))
            Assert.Equal(host.Server.Address, HostFile.AddressOf(_folder));

        Assert.Null(HostFile.AddressOf(_folder));
        Assert.False(File.Exists(Path.Combine(_folder, "host")));
    }

    [Fact]
    public async Task HostFile_OfAHostThatBegins_IsWaitedFor()
    {
        using var data = DataDirectory.OpenForWriting(_folder, TimeProvider.System);
        Assert.Null(await HostFile.AwaitAsync(_folder, _ => Assert.Fail("nobody said that there will be a host"), CancellationToken.None));
        using var beginning = HostFile.Begin(_folder);
        HostFile? announced = null;

        var found = await HostFile.AwaitAsync(
            _folder, _ => announced = HostFile.Announce(_folder, new Uri("http://127.0.0.1:81")), CancellationToken.None);

        Assert.Equal("http://127.0.0.1:81/", found?.ToString());
        announced!.Dispose();
        Assert.Null(HostFile.AddressOf(_folder));
    }

    [Fact]
    public async Task RunsDelete_WhileAHostHoldsTheDirectory_AsksTheHost()
    {
        await using var host = await ServedHost.StartAsync(directory: _folder);
        var run = await host.SubmitAsync(steps: 1);
        await host.AwaitAsync(run, "completed");

        var refused = await App.RunAsync("runs", "delete", run[..^1], "--data", _folder);
        var deleted = await App.RunAsync("runs", "delete", run, "--reason", "no longer needed", "--data", _folder, "--json");

        Assert.Equal((ExitCode.NotFound, ExitCode.Done), (refused.Code, deleted.Code));
        Assert.Equal(run, JsonDocument.Parse(deleted.Out).RootElement.GetProperty("run").GetString());
        Assert.Equal(0, (await host.GetAsync("/v1/runs")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("http://0.0.0.0:81", "http://127.0.0.1:81/")]
    [InlineData("http://[::]:81", "http://[::1]:81/")]
    [InlineData("http://10.1.2.3:81", null)]
    public void HostFile_AddressThatOthersReach_IsOneOfThisMachineOrNone(string address, string? expected)
    {
        using var data = DataDirectory.OpenForWriting(_folder, TimeProvider.System);
        using var announced = HostFile.Announce(_folder, new Uri(address));

        Assert.Equal(expected, HostFile.AddressOf(_folder)?.ToString());
    }

    [Fact]
    public async Task Submit_FileWithRelativePaths_SendsThemWhole()
    {
        var files = Directory.CreateDirectory(Path.Combine(_folder, "files")).FullName;
        var dialogues = new Dialogues(files);
        var recipe = Path.Combine(_folder, "own.yaml");
        string Relative(string path) => Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
        await File.WriteAllTextAsync(recipe, $"name: own\ndata:\n  path: {Relative(dialogues.Data)}\npolicy:\n  path: nothing-there\n");
        string[] settings = [.. dialogues.Overrides.Where(one => !one.StartsWith("data.path", StringComparison.Ordinal))
            .Select(one => one.StartsWith("policy.path", StringComparison.Ordinal) ? $"policy.path={Relative(dialogues.Model)}" : one)
            .SelectMany(one => (string[])["--set", one])];
        await using var host = await ServedHost.StartAsync(files: files);
        await using var closed = await ServedHost.StartAsync();

        var sent = await App.RunAsync(["submit", recipe, .. settings, "--data", host.Directory]);
        var refused = await App.RunAsync(["submit", recipe, .. settings, "--data", closed.Directory]);
        var wrong = await App.RunAsync(["submit", recipe, "--set", "rl.stps=1", "--data", host.Directory]);

        Assert.True(sent.Code == ExitCode.Done, sent.Error);
        Assert.Equal((dialogues.Data, dialogues.Model),
            (host.Record(sent.Out.Trim()).Recipe.Data.Path, host.Record(sent.Out.Trim()).Recipe.Policy.Path));
        Assert.Equal((ExitCode.Usage, ""), (refused.Code, refused.Out));
        Assert.Contains(
            $"data.path: '{dialogues.Data}' is a file, and this host reads none for others", refused.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, wrong.Code);
        Assert.Contains("did you mean 'rl.steps'", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_OfAHost_HaveTheTextAndTheExitCodeOfTheDirectory()
    {
        await using var host = await ServedHost.StartAsync();
        var token = TokenFile.In(host.Directory);
        string[] server = ["--server", $"{host.Server.Address}"];
        var run = await host.SubmitAsync();
        await host.AwaitAsync(run, "completed");
        var other = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(other, new string('0', 64));

        var wrongToken = await App.RunAsync(["runs", .. server, "--token-file", other]);
        var noToken = await App.RunAsync(["runs", .. server, "--token-file", Path.Combine(_folder, "none")]);
        var ended = await App.RunAsync(["resume", run, .. server, "--token-file", token]);
        var missing = await App.RunAsync(["pause", "no-such-run", .. server, "--token-file", token]);
        var clear = await App.RunAsync("runs", "--server", "http://example.org");

        Assert.Equal((ExitCode.NotAllowed, ""), (wrongToken.Code, wrongToken.Out));
        Assert.Contains($"what was sent is in {other}", wrongToken.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotAllowed, noToken.Code);
        Assert.Contains("--token-file", noToken.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, ended.Code);
        Assert.Equal(ExitCode.NotFound, missing.Code);
        Assert.Equal(ExitCode.Usage, clear.Code);
        Assert.Contains("in the clear", clear.Error, StringComparison.Ordinal);
        Assert.All([wrongToken, noToken, ended, missing, clear], result =>
        {
            Assert.Single(result.Error.TrimEnd().Split('\n'), line => !line.StartsWith("try ", StringComparison.Ordinal));
            Assert.DoesNotContain("0000000000", result.Error, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(200, "text/html", "<html>hello</html>", "it answers with 200 and text/html")]
    [InlineData(404, "text/plain", "not here", "it answers with 404 and text/plain")]
    [InlineData(302, "text/plain", "elsewhere", "it answers with 302")]
    [InlineData(200, LinesRoutes.MediaType, "<html>hello</html>\n", "it answers '<html>hello</html>'")]
    [InlineData(400, "application/problem+json", "[", "it answers '['")]
    public async Task Answer_OfSomebodyElse_IsNotTakenForAHosts(int status, string type, string body, string told)
    {
        var token = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(token, "secret");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var stranger = builder.Build();
        var heard = new StringBuilder();
        stranger.Run(async context =>
        {
            heard.Append(context.Request.Path).Append(context.Request.QueryString);
            (context.Response.StatusCode, context.Response.ContentType) = (status, type);
            if (status == 302) context.Response.Headers.Location = "/elsewhere";
            await context.Response.WriteAsync(body);
        });
        await stranger.StartAsync();

        var result = await App.RunAsync("runs", "--json", "--server", stranger.Urls.Single(), "--token-file", token);

        Assert.Equal((ExitCode.Unreachable, ""), (result.Code, result.Out));
        Assert.Contains(told, Assert.Single(result.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal("/v1/runs.jsonl", heard.ToString());
    }

    [Fact]
    public async Task Server_NobodyThere_IsUnreachableInOneLine()
    {
        var token = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(token, "secret");
        var address = $"http://127.0.0.1:{FreePort()}";
        var environment = new Dictionary<string, string> { ["ACTORRLHF_SERVER"] = address, ["ACTORRLHF_TOKEN_FILE"] = token };

        foreach (var command in (string[][])[["runs"], ["watch", "latest"], ["pause", "latest"], ["submit", "quickstart"]])
        {
            var result = await TrainProcess.RunCommandAsync(environment, command);

            Assert.Equal((ExitCode.Unreachable, ""), (result.Code, result.Out));
            Assert.StartsWith($"no host can be reached at {address}: ", Assert.Single(result.Error.TrimEnd().Split('\n')));
        }
    }

    [Fact]
    public async Task Environment_NamesAHost_DataOnTheCommandLineCountsMore()
    {
        await using var host = await ServedHost.StartAsync();
        await host.AwaitAsync(await host.SubmitAsync(), "completed");
        var environment = new Dictionary<string, string>
        {
            ["ACTORRLHF_SERVER"] = $"{host.Server.Address}",
            ["ACTORRLHF_TOKEN_FILE"] = TokenFile.In(host.Directory),
        };

        var asked = await TrainProcess.RunCommandAsync(environment, "runs", "--json");
        var elsewhere = await TrainProcess.RunCommandAsync(environment, "runs", "--json", "--data", _folder);

        Assert.Equal((await App.RunAsync("runs", "--json", "--data", host.Directory)).Out, asked.Out);
        Assert.Equal(ExitCode.NotFound, elsewhere.Code);
    }

    static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
