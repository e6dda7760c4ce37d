using System.Net;
using System.Text.Json;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Tests.Evaluators;

namespace ActorRlhf.Host.Tests.Api;

/// <summary>Evaluators that are brought to a host while it trains: expressions, in a process of their own.</summary>
public sealed class EvaluatorRoutesTests
{
    static readonly object s_words = new
    {
        kind = "expression",
        target = "completion.Split(' ').Length",
        id = "words",
        allowUnsandboxed = true,
        deadlineSeconds = 60,
    };

    [Fact]
    public async Task Inject_WhileARunGoesOn_ScoresWhatComesAndWhatWasAndChangesNoTrajectory()
    {
        await using var host = await ServedHost.StartAsync();
        var alone = await host.SubmitAsync(steps: 30);
        await host.AwaitAsync(alone, "completed");
        var run = await host.SubmitAsync(steps: 30);
        await host.UntilAsync($"/v1/runs/{run}", shown => shown.GetProperty("step").GetInt32() >= 3);

        var brought = await host.PostAsync("/v1/evaluators", new
        {
            kind = "expression",
            target = "completion.Split(' ').Length",
            id = "words",
            allowUnsandboxed = true,
            deadlineSeconds = 60,
            backFill = true,
            backFillSet = "all",
            runs = new[] { run },
        }, HttpStatusCode.Created);
        await host.AwaitAsync(run, "completed");
        await host.UntilAsync("/v1/jobs", jobs => jobs.GetProperty("items").EnumerateArray()
            .All(job => job.GetProperty("state").GetString() == "done"));
        // What came between the reading of the log and its end was judged live; steps of training are only filled in.
        var job = await EndedAsync(host, await host.PostAsync(
            $"/v1/runs/{run}/evaluations", new { evaluator = "words", set = "all" }, HttpStatusCode.Accepted));

        Assert.Equal(12, brought.GetProperty("version").GetString()!.Length);
        Assert.Equal((0, JsonValueKind.Null), (job.GetProperty("result").GetProperty("failed").GetInt32(),
            job.GetProperty("result").GetProperty("problem").ValueKind));
        var columns = (await host.GetAsync($"/v1/runs/{run}/metrics?names=eval/words/words,train/words/words,heldout/scores"))
            .GetProperty("metrics");
        int Count(string name) => columns.GetProperty(name).EnumerateArray().Count(value => value.ValueKind == JsonValueKind.Number);
        Assert.Equal((Count("heldout/scores"), 30), (Count("eval/words/words"), Count("train/words/words")));
        Assert.True(Count("heldout/scores") > 3);
        Assert.Equal((await host.GetAsync($"/v1/runs/{alone}")).GetProperty("trajectory").GetString(),
            (await host.GetAsync($"/v1/runs/{run}")).GetProperty("trajectory").GetString());
        var audit = await EndedAsync(host, await host.PostAsync($"/v1/runs/{run}/audits", new { }, HttpStatusCode.Accepted));
        Assert.True(audit.GetProperty("result").GetProperty("ok").GetBoolean(), audit.GetRawText());
    }

    [Fact]
    public async Task Remove_EvaluatorThatIsAsked_IsAskedNoMoreAndStaysInTheList()
    {
        await using var host = await ServedHost.StartAsync();
        await host.PostAsync("/v1/evaluators", s_words, HttpStatusCode.Created);

        var shown = await host.GetAsync("/v1/evaluators/words");
        using var removed = await host.Client.DeleteAsync("/v1/evaluators/words");
        var again = await host.Client.DeleteAsync("/v1/evaluators/words");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (removed.StatusCode, again.StatusCode));
        Assert.Equal("owner", shown.GetProperty("by").GetString());
        Assert.Empty((await host.GetAsync("/v1/evaluators")).GetProperty("items").EnumerateArray());
        Assert.Single((await host.GetAsync("/v1/evaluators?all=true")).GetProperty("items").EnumerateArray());
        await host.GetAsync("/v1/evaluators/words", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Try_Evaluator_ScoresTenCompletionsAndBringsNothing()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await host.SubmitAsync();
        await host.AwaitAsync(run, "completed");

        var trial = await host.PostAsync("/v1/evaluators/trials", s_words);

        var items = trial.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal((8, run), (items.Length, trial.GetProperty("run").GetString()));     // evaluation.prompts is 8
        Assert.All(items, item => Assert.Equal(item.GetProperty("completion").GetString()!.Split(' ').Length,
            item.GetProperty("scores").GetProperty("words").GetProperty("value").GetDouble()));
        Assert.Empty((await host.GetAsync("/v1/evaluators?all=true")).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"kind":"expression","target":"completion.Length +","id":"x","allowUnsandboxed":true,"deadlineSeconds":60}""", "CS")]
    [InlineData("""{"kind":"expression","target":"1"}""", "an expression has no name of its own")]
    [InlineData("""{"kind":"parrot","target":"1"}""", "'parrot' is none of built-in, command")]
    [InlineData("""{"kind":"expression","target":"1","id":"../../token"}""", "cannot be its id")]
    [InlineData("""{"kind":"expression","target":"1","id":"x","deadlineSeconds":0}""", "deadlineSeconds is 0, expected from 0.1 to 3600")]
    [InlineData("""{"kind":"expression","target":"1","id":"x","memoryBytes":5}""", "memoryBytes is 5, expected at least")]
    [InlineData("""{"kind":"command","target":"/nowhere/program"}""", "/nowhere/program")]
    [InlineData("""{"kind":"built-in","target":"verbosity","arguments":["budget=-1"],"id":"brief"}""", "budget is '-1'")]
    [InlineData("""{"kind":"built-in","target":"verbosity"}""", "an evaluator of the catalogue has this id")]
    public async Task Inject_WhatCannotBe_IsRefusedWithTheReason(string body, string reason)
    {
        await using var host = await ServedHost.StartAsync();

        using var response = await host.Client.PostAsync(
            "/v1/evaluators", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains(reason, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty((await host.GetAsync("/v1/evaluators?all=true")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Evaluate_NobodyOfThatId_IsNotFound()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await host.SubmitAsync();

        await host.PostAsync($"/v1/runs/{run}/evaluations", new { evaluator = "nobody" }, HttpStatusCode.NotFound);
        await host.PostAsync($"/v1/runs/{run}/evaluations", new { evaluator = "length", steps = "3..1" }, HttpStatusCode.BadRequest);
        await host.PostAsync($"/v1/runs/{run}/evaluations", new { evaluator = "length", steps = "5000.." }, HttpStatusCode.NotFound);
        var noSet = await host.PostAsync(
            $"/v1/runs/{run}/evaluations", new { evaluator = "length", set = "weather" }, HttpStatusCode.BadRequest);
        Assert.StartsWith("set: 'weather' is not heldout, train, all or a held-out set of run", noSet.GetProperty("detail").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inject_PairwiseJudge_ComparesWithWhatWasSaidBeforeRl()
    {
        await using var server = new ChatServer(_ => ChatServer.Prefers("A"));
        await using var host = await ServedHost.StartAsync();
        var run = await host.SubmitAsync();
        await host.AwaitAsync(run, "completed");

        var brought = await host.PostAsync("/v1/evaluators", new
        {
            kind = "judge",
            target = server.Url,
            arguments = new[] { "model=m", "mode=pairwise", "concurrency=16" },
            id = "judge",
            deadlineSeconds = 60,
        }, HttpStatusCode.Created);
        var job = await EndedAsync(host, await host.PostAsync(
            $"/v1/runs/{run}/evaluations", new { evaluator = "judge", set = "heldout" }, HttpStatusCode.Accepted));

        Assert.Equal("done", job.GetProperty("state").GetString());
        Assert.Equal(0, job.GetProperty("result").GetProperty("failed").GetInt32());
        Assert.False(brought.GetProperty("verifiable").GetBoolean());
        var columns = (await host.GetAsync($"/v1/runs/{run}/metrics?names=eval/judge/win,eval/judge/contradiction")).GetProperty("metrics");
        // A model that always says A contradicts itself wherever it was asked: in no item of step 0, which is compared with itself.
        double[] Values(string name) => [.. columns.GetProperty(name).EnumerateArray()
            .Where(value => value.ValueKind is JsonValueKind.Number).Select(value => value.GetDouble())];
        Assert.All(Values("eval/judge/win"), win => Assert.Equal(.5, win));
        Assert.Equal(0, Values("eval/judge/contradiction")[0]);
        Assert.True(Values("eval/judge/contradiction")[^1] > 0);
        Assert.Contains("chat/completions", server.Requests[0].Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_BackFillUnderWay_IsNotGoneOnWithByTheNextHost()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await host.SubmitAsync();
        await host.AwaitAsync(run, "completed");
        await host.PostAsync("/v1/evaluators", new
        {
            kind = "expression",
            target = "((Func<int>)(() => { System.Threading.Thread.Sleep(2000); return 1; }))()",
            id = "slow",
            allowUnsandboxed = true,
            deadlineSeconds = 60,
        }, HttpStatusCode.Created);
        var job = (await host.PostAsync($"/v1/runs/{run}/evaluations", new { evaluator = "slow", set = "all" }, HttpStatusCode.Accepted))
            .GetProperty("job").GetString();
        var open = new EvaluatorRegistry(host.Store, TimeProvider.System).Open();

        using var cancelled = await host.Client.DeleteAsync($"/v1/jobs/{job}");

        Assert.Equal((HttpStatusCode.OK, 1), (cancelled.StatusCode, open.Count));
        Assert.Empty(new EvaluatorRegistry(host.Store, TimeProvider.System).Open());
        await host.UntilAsync($"/v1/jobs/{job}", one => one.GetProperty("state").GetString() == "cancelled");
    }

    static async Task<JsonElement> EndedAsync(ServedHost host, JsonElement job) => await host.UntilAsync(
        $"/v1/jobs/{job.GetProperty("job").GetString()}", one => one.GetProperty("state").GetString() is "done" or "failed");
}
