using System.Net;
using System.Text.Json;

namespace ActorRlhf.Host.Tests.Api;

/// <summary>Jobs: audits, counterfactuals and generation, on the real runs.</summary>
public sealed class JobTests
{
    [Fact]
    public async Task Audit_WithRecomputation_SaysWhatTheCommandSays()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await CompletedAsync(host);

        var job = await EndedAsync(host, await host.PostAsync(
            $"/v1/runs/{run}/audits", new { recompute = "1..2" }, HttpStatusCode.Accepted));

        Assert.Equal(("done", 1.0), (job.GetProperty("state").GetString(), job.GetProperty("progress").GetDouble()));
        var result = job.GetProperty("result");
        Assert.True(result.GetProperty("ok").GetBoolean());
        Assert.Equal([1, 2], result.GetProperty("recomputed").EnumerateArray().Select(step => step.GetInt32()));
        var printed = (await App.RunAsync("audit", run, "--recompute", "1..2", "--data", host.Directory, "--json")).Single();
        Assert.Equal(printed.GetRawText(), result.GetRawText());
        Assert.Contains("recompute", Detail(await host.PostAsync(
            $"/v1/runs/{run}/audits", new { recompute = "2..1" }, HttpStatusCode.BadRequest)));
    }

    [Fact]
    public async Task Counterfactual_AnotherRule_SaysWhatTheCommandSays()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await CompletedAsync(host);
        var set = new Dictionary<string, string> { ["reward.aggregation"] = "worst-case" };

        var job = await EndedAsync(host, await host.PostAsync($"/v1/runs/{run}/counterfactuals", new { set }, HttpStatusCode.Accepted));

        var printed = (await App.RunAsync(
            "counterfactual", run, "--set", "reward.aggregation=worst-case", "--data", host.Directory, "--json")).Lines();
        var result = job.GetProperty("result");
        Assert.Equal(printed[..^1].Select(line => line.GetRawText()),
            result.GetProperty("steps").EnumerateArray().Select(step => step.GetRawText()));
        Assert.Equal(printed[^1].GetProperty("summary").GetRawText(), result.GetProperty("summary").GetRawText());
        Assert.Contains("it would have changed what was sampled", Detail(await host.PostAsync($"/v1/runs/{run}/counterfactuals",
            new { set = new Dictionary<string, int> { ["rl.steps"] = 3 } }, HttpStatusCode.BadRequest)));
    }

    [Fact]
    public async Task Generate_FromAStepOfARun_SaysWhatTheCommandSays()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await CompletedAsync(host);
        var some = (await host.GetAsync($"/v1/runs/{run}/completions?limit=1")).GetProperty("items")[0];
        var prompt = some.GetProperty("prompt").GetString()!;

        var job = await EndedAsync(host, await host.PostAsync("/v1/models/generate",
            new { model = $"run:{run}@2", prompts = new[] { prompt }, count = 3, seed = 7, maxTokens = 12 }, HttpStatusCode.Accepted));

        var printed = (await App.RunAsync("generate", "--model", $"run:{run}@2", "--prompt", prompt, "--count", "3", "--seed", "7",
            "--max-tokens", "12", "--data", host.Directory, "--json")).Lines();
        Assert.Equal(printed.Select(line => line.GetProperty("completion").GetString()),
            job.GetProperty("result").EnumerateArray().Select(line => line.GetProperty("completion").GetString()));
        foreach (var wrong in (object[])[
            new { model = "/etc", prompts = new[] { "a" } }, new { model = $"run:{run}@2", prompts = Array.Empty<string>() },
            new { model = $"run:{run}@2", prompts = new[] { "a" }, maxTokens = 0 }])
            await host.PostAsync("/v1/models/generate", wrong, HttpStatusCode.BadRequest);
        await host.PostAsync("/v1/models/generate", new { model = $"run:{run}@9", prompts = new[] { "a" } }, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Jobs_MoreThanAtOnce_WaitAreBoundedAndCanBeCancelled()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await CompletedAsync(host, steps: 40);
        var made = new List<string>();
        var status = HttpStatusCode.Accepted;
        while (status is HttpStatusCode.Accepted)
        {
            using var response = await host.Client.PostAsync($"/v1/runs/{run}/audits",
                System.Net.Http.Json.JsonContent.Create(new { recompute = "all" }));
            status = response.StatusCode;
            if (status is HttpStatusCode.Accepted) made.Add(response.Headers.Location!.ToString());
            else Assert.NotNull(response.Headers.RetryAfter);
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.InRange(made.Count, ActorRlhf.Host.Api.Jobs.MostOpen, 4 * ActorRlhf.Host.Api.Jobs.MostOpen);

        foreach (var job in made) Assert.Equal(HttpStatusCode.OK, (await host.Client.DeleteAsync(job)).StatusCode);

        foreach (var job in made) await EndedAsync(host, await host.GetAsync(job));
        var states = (await host.GetAsync("/v1/jobs")).GetProperty("items").EnumerateArray()
            .Select(job => job.GetProperty("state").GetString()).ToArray();
        Assert.True(states.Count(state => state == "cancelled") >= ActorRlhf.Host.Api.Jobs.MostOpen - ActorRlhf.Host.Api.Jobs.AtOnce,
            string.Join(", ", states));
        await host.GetAsync("/v1/jobs/job-0", HttpStatusCode.NotFound);
    }

    static async Task<string> CompletedAsync(ServedHost host, int steps = 2)
    {
        var run = await host.SubmitAsync(steps: steps);
        await host.AwaitAsync(run, "completed");
        return run;
    }

    static async Task<JsonElement> EndedAsync(ServedHost host, JsonElement job)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var left = 2000; left > 0; left--)
        {
            var shown = await host.GetAsync($"/v1/jobs/{job.GetProperty("job").GetString()}");
            if (shown.GetProperty("state").GetString() is not ("queued" or "running")) return shown;
            await timer.WaitForNextTickAsync();
        }
        throw new TimeoutException($"it does not end: {job}");
    }

    static string Detail(JsonElement problem) => problem.GetProperty("detail").GetString()!;
}
