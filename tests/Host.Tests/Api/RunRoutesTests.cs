using System.Net;
using System.Text.Json;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Tests.Api;

/// <summary>Runs over HTTP, on the real actors, journal and networks.</summary>
public sealed class RunRoutesTests
{
    [Fact]
    public async Task Submit_MoreRunsThanAtOnce_BeginByPriorityAndEndAsEachIsAlone()
    {
        await using var host = await ServedHost.StartAsync(concurrent: 1);
        var first = await host.SubmitAsync(seed: 1, steps: 20);
        var (low, high) = (await host.SubmitAsync(seed: 2, priority: -1), await host.SubmitAsync(seed: 3, priority: 5));
        var schedule = await host.GetAsync("/v1/schedule");
        Assert.Equal([first], Strings(schedule, "active"));
        Assert.Equal([high, low], Strings(schedule, "waiting"));
        Assert.Contains("its turn", (await host.GetAsync($"/v1/runs/{low}")).GetProperty("waitsFor").GetString());

        foreach (var run in (string[])[first, low, high]) await host.AwaitAsync(run, "completed");

        var began = new[] { first, high, low }.Select(run => host.Record(run).Began).ToArray();
        Assert.Equal(began.Order(), began);
        Assert.Equal([high, low, first], Strings(await host.GetAsync("/v1/runs"), "items", "run"));      // newest first
        foreach (var run in (string[])[first, low, high]) Assert.Null(RunAudit.Of(host.Store, host.Record(run).Id).FirstBad);
    }

    [Fact]
    public async Task Submit_OneKeyManyTimesAtOnce_IsOneRun()
    {
        await using var host = await ServedHost.StartAsync();

        var runs = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => host.SubmitAsync(seed: 7, key: "same")));

        Assert.Single(runs.Distinct());
        Assert.Single((await host.GetAsync("/v1/runs")).GetProperty("items").EnumerateArray());
        Assert.NotEqual(runs[0], await host.SubmitAsync(seed: 7, key: "another"));
        var refused = await host.PostAsync(
            "/v1/runs", new { recipe = "pocket-tiny", seed = 8 }, HttpStatusCode.UnprocessableEntity, "same");
        Assert.Contains(runs[0], refused.GetProperty("detail").GetString());
    }

    /// <summary>A fork of one step is no other's, and no run of the same recipe, also where the recipe is the same.</summary>
    [Fact]
    public async Task Fork_KeyOfAnotherRequest_IsRefused()
    {
        await using var host = await ServedHost.StartAsync();
        var parent = await host.SubmitAsync(key: "run");
        await host.AwaitAsync(parent, "completed");
        Task<JsonElement> Fork(int step, string key, HttpStatusCode expected) =>
            host.PostAsync($"/v1/runs/{parent}/fork", new { step }, expected, key);

        var fork = await Fork(1, "fork", HttpStatusCode.Created);
        var again = await Fork(1, "fork", HttpStatusCode.Created);
        var other = await Fork(2, "fork", HttpStatusCode.UnprocessableEntity);
        var run = await Fork(1, "run", HttpStatusCode.UnprocessableEntity);

        Assert.Equal(fork.GetProperty("run").GetString(), again.GetProperty("run").GetString());
        Assert.Contains("of which something else was asked", other.GetProperty("detail").GetString());
        Assert.Contains(parent, run.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task PauseResumeStop_RunningAndWaiting_AreInTheLogUnderTheTokensName()
    {
        await using var host = await ServedHost.StartAsync(concurrent: 1);
        var (running, waiting) = (await host.SubmitAsync(steps: 2000), await host.SubmitAsync(seed: 1));
        await host.AwaitAsync(running, "running");

        var paused = await host.PostAsync($"/v1/runs/{running}/pause", new { reason = "lunch" });

        Assert.Equal("paused", paused.GetProperty("state").GetString());
        Assert.Equal("owner: lunch", (await host.GetAsync($"/v1/runs/{running}")).GetProperty("reason").GetString());
        await host.AwaitAsync(waiting, "completed");  // its place was free
        Assert.Equal("running", (await host.PostAsync($"/v1/runs/{running}/resume", new { })).GetProperty("state").GetString());
        await host.AwaitAsync(running, "running");
        Assert.Equal("stopped", (await host.PostAsync($"/v1/runs/{running}/stop", new { })).GetProperty("state").GetString());
        await host.PostAsync($"/v1/runs/{running}/resume", new { }, HttpStatusCode.Conflict);
        Assert.Null(RunAudit.Of(host.Store, host.Record(running).Id).FirstBad);
    }

    [Fact]
    public async Task PauseThenResume_NoPlaceFree_WaitsAndGoesOnAfterTheHostWasStartedAgain()
    {
        var folder = Directory.CreateTempSubdirectory("actorrlhf-serve-").FullName;
        string first, second;
        await using (var host = await ServedHost.StartAsync(concurrent: 1, folder))
        {
            (first, second) = (await host.SubmitAsync(steps: 40), await host.SubmitAsync(seed: 1, steps: 2000));
            await host.AwaitAsync(first, "running");
            await host.PostAsync($"/v1/runs/{first}/pause", new { });
            await host.AwaitAsync(second, "running");
            await host.PostAsync($"/v1/runs/{first}/resume", new { });
            Assert.Equal([first], Strings(await host.GetAsync("/v1/schedule"), "waiting"));
            await host.PostAsync($"/v1/runs/{second}/stop", new { });
        }
        await using (var again = await ServedHost.StartAsync(concurrent: 1, folder))
        {
            await again.AwaitAsync(first, "completed");
            Assert.Null(RunAudit.Of(again.Store, again.Record(first).Id).FirstBad);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Submit_RunsThatNeedMuchMemory_AreRefusedOrTakeTurnsAndSayWhy()
    {
        // One of the wide ones is expected to take 19 MiB.
        await using var host = await ServedHost.StartAsync(
            concurrent: 2, with: settings => settings with { Memory = new MemoryLimit(30L << 20) });
        var large = new Dictionary<string, int>
        {
            ["policy.hiddenSize"] = 512,
            ["policy.layers"] = 8,
            ["policy.heads"] = 8,
            ["policy.keyValueHeads"] = 8,
        };

        var refused = await host.PostAsync(
            "/v1/runs", new { recipe = "pocket-tiny", set = large }, HttpStatusCode.UnprocessableEntity);
        Assert.Contains("MiB of memory, and the host has 30 MiB", Detail(refused));
        Assert.Empty(Strings(await host.GetAsync("/v1/runs"), "items", "run"));

        var wide = new Dictionary<string, int> { ["policy.hiddenSize"] = 64, ["policy.intermediateSize"] = 192, ["rl.steps"] = 40 };
        async Task<string> SubmitAsync(int seed) => (await host.PostAsync(
            "/v1/runs", new { recipe = "pocket-tiny", seed, set = wide }, HttpStatusCode.Created)).GetProperty("run").GetString()!;
        var (first, second) = (await SubmitAsync(1), await SubmitAsync(2));
        Assert.Equal([first], Strings(await host.GetAsync("/v1/schedule"), "active"));
        Assert.Matches("expected to take [0-9]+ MiB, and of 30 MiB",
            (await host.GetAsync($"/v1/runs/{second}")).GetProperty("waitsFor").GetString());
        await host.PostAsync($"/v1/runs/{first}/stop", new { });
        await host.UntilAsync("/v1/schedule", schedule => Strings(schedule, "active").SequenceEqual([second]));
        await host.PostAsync($"/v1/runs/{second}/stop", new { });
    }

    [Fact]
    public async Task Rest_WhatIsUnderWayTakesLongerThanItMay_IsGivenUpAndNothingOfItIsStored()
    {
        await using var host = await ServedHost.StartAsync();
        var set = new Dictionary<string, int> { ["pretrain.steps"] = 100_000, ["checkpoint.sftEvery"] = 100_000 };
        var run = (await host.PostAsync("/v1/runs", new { recipe = "pocket-tiny", set }, HttpStatusCode.Created))
            .GetProperty("run").GetString()!;
        await host.UntilAsync($"/v1/runs/{run}/events?type=stage.completed/1", page => page.GetProperty("items").GetArrayLength() == 1);
        var before = host.Record(run).Head;

        Assert.False(await host.Server.RestAsync("the test ends", TimeSpan.Zero));

        Assert.Equal("the test ends", (await host.GetAsync($"/v1/runs/{run}")).GetProperty("waitsFor").GetString());
        Assert.Equal(before, host.Record(run).Head);
    }

    [Fact]
    public async Task Start_RunOfAnotherBuild_WaitsOrGoesOnAsTheSettingSays()
    {
        var folder = Directory.CreateTempSubdirectory("actorrlhf-serve-").FullName;
        string run;
        await using (var host = await ServedHost.StartAsync(directory: folder))
        {
            run = await host.SubmitAsync(steps: 30);
            await host.AwaitAsync(run, "running");
        }
        using (var data = DataDirectory.OpenForWriting(folder, TimeProvider.System))
        {
            var record = new RunReader(data.Store).Open(run);
            Assert.Equal(RunStatus.Running, record.State.Status);
            new RunQueue(data.Store, TimeProvider.System).Record(
                record, Run.Decide(record.State, new ResumeRun("elsewhere", "another-build")));
        }
        await using (var waits = await ServedHost.StartAsync(directory: folder))
        {
            await waits.UntilAsync($"/v1/runs/{run}",
                shown => shown.GetProperty("waitsFor").GetString()?.Contains("another-build", StringComparison.Ordinal) is true);
        }
        await using (var accepts = await ServedHost.StartAsync(
            directory: folder, with: settings => settings with { AcceptsOtherBuilds = true }))
        {
            await accepts.AwaitAsync(run, "completed");
            Assert.Contains(new RunResumed("serve.onOtherBuild is accept", RunFacts.Build),
                accepts.Record(run).Training().Select(read => read.Event));
            Assert.Null(RunAudit.Of(accepts.Store, accepts.Record(run).Id).FirstBad);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Submit_RecipeNamesAFileOfTheMachine_IsRefusedUnlessItsDirectoryIsOpen()
    {
        var files = Directory.CreateTempSubdirectory("actorrlhf-files-").FullName;
        var secret = Directory.CreateTempSubdirectory("actorrlhf-secret-").FullName;
        File.CreateSymbolicLink(Path.Combine(files, "link"), secret);
        await using var closed = await ServedHost.StartAsync();
        await using var open = await ServedHost.StartAsync(files: files);
        async Task<string> Refused(ServedHost host, string key, string path) => (await host.PostAsync("/v1/runs",
            new { recipe = "pocket-tiny", set = new Dictionary<string, string> { [key] = path } }, HttpStatusCode.BadRequest))
            .GetProperty("detail").GetString()!;

        foreach (var key in (string[])["witness.file", "witness.tokenFile", "policy.path"])
        {
            Assert.Contains("--files", await Refused(closed, key, Path.Combine(files, "x")));
            foreach (var path in (string[])[
                Path.Combine(secret, "x"), Path.Combine(files, "..", "x"), Path.Combine(files, "link", "x"), "x", "/etc/passwd"])
                Assert.Contains("is not in", await Refused(open, key, path));
        }
    }

    [Fact]
    public async Task Submit_RecipeNamesAnAddress_IsRefusedUnlessItIsBelowOneThatIsOpen()
    {
        await using var closed = await ServedHost.StartAsync();
        await using var open = await ServedHost.StartAsync(
            with: settings => settings with { Witnesses = [new("https://witness.example/runs"), new("https://other.example")] });
        static Task<JsonElement> Validate(ServedHost host, string url, HttpStatusCode expected) => host.PostAsync("/v1/recipes/validate",
            new { recipe = "pocket-tiny", set = new Dictionary<string, string> { ["witness.url"] = url } }, expected);
        static async Task<string> Refused(ServedHost host, string url) => Detail(await Validate(host, url, HttpStatusCode.BadRequest));

        Assert.Contains("serve.witnesses", await Refused(closed, "https://witness.example/runs"));
        foreach (var url in (string[])[
            "https://witness.example/", "https://witness.example/runs7", "https://witness.example/runs/../x",
            "https://witness.example:8/runs", "https://witness.example/runs/%2e%2e/x", "http://127.0.0.1/runs",
            "https://other.example.evil.example/"])
            Assert.Contains($"witness.url: '{new Uri(url).AbsoluteUri}' is not below", await Refused(open, url));
        foreach (var url in (string[])["https://witness.example/runs", "https://witness.example/runs/7", "https://other.example/x"])
            Assert.NotEqual(default, await Validate(open, url, HttpStatusCode.OK));
    }

    [Fact]
    public async Task Fork_WithAFileOrAnAddressThatItsParentHasNot_IsRefusedUnlessTheyAreOpen()
    {
        await using var host = await ServedHost.StartAsync();
        var parent = await host.SubmitAsync(steps: 2);
        await host.AwaitAsync(parent, "completed");
        async Task<string> Refused(string key, string value) => (await host.PostAsync($"/v1/runs/{parent}/fork",
            new { step = 1, set = new Dictionary<string, string> { [key] = value } }, HttpStatusCode.BadRequest))
            .GetProperty("detail").GetString()!;

        Assert.Contains("--files", await Refused("witness.file", "/elsewhere/witness"));
        Assert.Contains("--files", await Refused("witness.tokenFile", "/etc/passwd"));
        Assert.Contains("serve.witnesses", await Refused("witness.url", "https://witness.example/"));
        Assert.Contains("evaluation.webhook: ", await Refused("evaluation.webhook", "https://alarm.example/"));
        Assert.Contains("--files", await Refused("evaluation.webhookTokenFile", "/etc/passwd"));
    }

    [Fact]
    public async Task Fork_OfACompletedRun_IsQueuedAndEnds()
    {
        await using var host = await ServedHost.StartAsync();
        var parent = await host.SubmitAsync(steps: 3);
        await host.AwaitAsync(parent, "completed");

        var fork = (await host.PostAsync($"/v1/runs/{parent}/fork", new { step = 1 }, HttpStatusCode.Created))
            .GetProperty("run").GetString()!;

        var ended = await host.AwaitAsync(fork, "completed");
        Assert.Equal((await host.GetAsync($"/v1/runs/{parent}")).GetProperty("trajectory").GetString(),
            ended.GetProperty("trajectory").GetString());
        Assert.Equal(parent, ended.GetProperty("parent").GetProperty("run").GetString());
    }

    [Fact]
    public async Task Requests_ThatAreWrong_AreNoErrorsOfTheHost()
    {
        var folder = Directory.CreateTempSubdirectory("actorrlhf-wrong-").FullName;
        await using (var host = await ServedHost.StartAsync(directory: folder))
            await host.GetAsync("/v1/runs/nope", HttpStatusCode.NotFound);

        var log = string.Concat(Directory.GetFiles(Path.Combine(folder, "logs")).Select(File.ReadAllText));
        Assert.Contains("Now listening", log);
        Assert.DoesNotContain("RunNotFoundException", log);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Requests_ThatAreWrong_AreToldWhatIsWrong()
    {
        await using var host = await ServedHost.StartAsync();

        Assert.Contains("no run 'nope'", Detail(await host.GetAsync("/v1/runs/nope", HttpStatusCode.NotFound)));
        Assert.Contains("did you mean 'rl.steps'", Detail(await host.PostAsync("/v1/runs",
            new { recipe = "pocket-tiny", set = new Dictionary<string, int> { ["rl.stps"] = 1 } }, HttpStatusCode.BadRequest)));
        Assert.Contains("no-such-recipe",
            Detail(await host.PostAsync("/v1/runs", new { recipe = "no-such-recipe" }, HttpStatusCode.BadRequest)));
        await host.PostAsync("/v1/runs", new { }, HttpStatusCode.BadRequest);
        await host.GetAsync("/v1/nothing", HttpStatusCode.NotFound);
    }

    static string Detail(JsonElement problem) => problem.GetProperty("detail").GetString()!;

    static string[] Strings(JsonElement element, string name, string? inner = null) =>
        [.. element.GetProperty(name).EnumerateArray().Select(one => (inner is null ? one : one.GetProperty(inner)).GetString()!)];
}
