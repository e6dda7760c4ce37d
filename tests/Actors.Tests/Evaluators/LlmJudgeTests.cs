using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Evaluation.Contract;
using Microsoft.Extensions.Time.Testing;

namespace ActorRlhf.Actors.Tests.Evaluators;

public sealed class LlmJudgeTests
{
    const string Key = "sk-SECRET-0123456789";

    static readonly EvaluatorJudges s_judges = new(new EvaluatorRunner("none", [], []), sandbox: Sandbox.None("not needed"));
    static readonly EvaluatorLimits s_limits = EvaluatorLimits.Default with { Deadline = TimeSpan.FromHours(1) };

    [Fact]
    public async Task Score_Absolute_IsTheModelsScoreOfEachItemInOrder()
    {
        await using var server = new ChatServer(prompt => ChatServer.Scores(prompt.Contains("bad") ? 2 : 9.5));
        var results = await ScoreAsync(server, Items("good", "bad", "good"));

        Assert.Equal(["0", "1", "2"], results.Select(result => result.ItemId));
        Assert.Equal([9.5, 2, 9.5], results.Select(result => ((ScoredItem)result).Scores["judge"].Value));
        Assert.Equal(new Score(2, "2", """{"score": 2, "why": "so"}"""), ((ScoredItem)results[1]).Scores["judge"]);
        var (head, body) = server.Requests[0];
        Assert.StartsWith("POST /v1/chat/completions ", head);
        Assert.Equal("m", body.GetProperty("model").GetString());
        Assert.Equal(0, body.GetProperty("temperature").GetDouble());
        Assert.Equal(512, body.GetProperty("max_completion_tokens").GetInt32());
    }

    [Theory]
    [InlineData("A", "B", 1, 0)]       // the completion is A first, and B then
    [InlineData("B", "A", 0, 0)]
    [InlineData("tie", "tie", .5, 0)]
    [InlineData("A", "A", .5, 1)]
    [InlineData("B", "B", .5, 1)]
    [InlineData("A", "tie", .5, 1)]
    public async Task Score_Pairwise_AsksInBothOrders(string first, string swapped, double win, double contradiction)
    {
        static bool IsFirst(string prompt) =>
            prompt.IndexOf("own", StringComparison.Ordinal) < prompt.IndexOf("reference", StringComparison.Ordinal);
        await using var server = new ChatServer(prompt => ChatServer.Prefers(IsFirst(prompt) ? first : swapped));
        var result = Assert.IsType<ScoredItem>(Assert.Single(
            await ScoreAsync(server, [new EvaluationItem("0", "p", "own") { Reference = "reference" }], "mode=pairwise")));

        Assert.Equal((win, contradiction), (result.Scores["win"].Value, result.Scores["contradiction"].Value));
        Assert.Contains($"as B: {{\"better\": \"{swapped}\"", result.Scores["win"].Reason);
        Assert.Equal([true, false], server.Prompts.Select(IsFirst));
    }

    [Fact]
    public async Task Score_PairwiseWithNothingToCompareWith_FailsThatItem()
    {
        await using var server = new ChatServer(_ => ChatServer.Prefers("tie"));
        var results = await ScoreAsync(
            server, [new EvaluationItem("0", "p", "own"), new EvaluationItem("1", "p", "own") { OtherCompletion = "other" }],
            "mode=pairwise");
        Assert.Contains("item: it has neither", ((FailedItem)results[0]).Error);
        Assert.IsType<ScoredItem>(results[1]);
    }

    public static TheoryData<string, string> BadAnswers => new()
    {
        { ChatServer.Status(302, "", "Location: http://127.0.0.1:1/"), "status: " },
        { ChatServer.Status(400, """{"error":{"message":"context too long"}}"""), "context too long" },
        { ChatServer.Status(401, "{}"), "key: " },
        { ChatServer.Status(403, "{}"), "it wants a key: give keyVariable=" },
        { ChatServer.Status(404, """{"error":{"message":"nope"}}"""), "model: " },
        { ChatServer.Status(429, "{}", "Retry-After: 3600"), "which is after the deadline" },
        { ChatServer.Status(200, "<html>"), "protocol: " },
        { ChatServer.Status(200, ""), "protocol: " },
        { ChatServer.Status(200, "{}"), "protocol: " },
        { ChatServer.Status(200, "[]"), "protocol: " },
        { ChatServer.Status(200, "null"), "protocol: " },
        { ChatServer.Status(200, """{"choices":[]}"""), "protocol: " },
        { ChatServer.Status(200, """{"choices":[{}]}"""), "protocol: " },
        { ChatServer.Status(200, """{"choices":{"a":1}}"""), "protocol: " },
        { ChatServer.Status(200, """{"choices":[{"index":0,"finish_reason":"stop","message":{"role":"x","content":7}}]}"""), "protocol: " },
        { ChatServer.Says("", "stop"), "protocol: " },
        { ChatServer.Says("x", "whatever"), "protocol: " },
        { ChatServer.Says("""{"score": 7, "wh""", "length"), "length: the model was cut off at 512 tokens" },
        { ChatServer.Says("", "content_filter"), "filter: " },
        { ChatServer.Says("I like it."), "answer: the model said 'I like it.'" },
        { ChatServer.Says(new string('x', 5 << 20)), "protocol: " },
        { ChatServer.Says(new string('x', 100_000)), "answer: the model said 'xxx" },
        { ChatServer.Scores(7)[..^20], "unreachable: " },
        { "nonsense\r\n\r\n", "unreachable: " },
        { "", "unreachable: " },
    };

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task Score_BadAnswerToOneItem_FailsThatItemAlone(string answer, string error)
    {
        await using var server = new ChatServer(prompt => prompt.Contains("bad") ? answer : ChatServer.Scores(7));
        var results = await ScoreAsync(server, Items("good", "bad", "good"));

        Assert.Contains(error, ((FailedItem)results[1]).Error);
        Assert.InRange(((FailedItem)results[1]).Error.Length, 10, 700);
        Assert.All([results[0], results[2]], result => Assert.Equal(7, ((ScoredItem)result).Scores["judge"].Value));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Score_FailureThatPasses_IsAskedAgainWhenTheServerSays(int status)
    {
        var time = new FakeTimeProvider();
        await using var server = new ChatServer((_, before) =>
            Task.FromResult(before < 2 ? ChatServer.Status(status, "{}", "Retry-After: 7") : ChatServer.Scores(7)));
        var began = time.GetUtcNow();
        var results = await AdvancedAsync(time, ScoreAsync(server, Items("x"), time, "timeoutSeconds=3600"));

        Assert.IsType<ScoredItem>(results[0]);
        Assert.Equal(3, server.Requests.Count);
        Assert.True(time.GetUtcNow() - began >= TimeSpan.FromSeconds(14));
    }

    [Fact]
    public async Task Score_FailureThatDoesNotPass_IsAskedThreeTimes()
    {
        var time = new FakeTimeProvider();
        await using var server = new ChatServer(prompt => prompt.Contains("bad") ? ChatServer.Status(500, "oops") : ChatServer.Scores(7));
        var results = await AdvancedAsync(time, ScoreAsync(server, Items("good", "bad"), time, "timeoutSeconds=3600"));

        Assert.Contains("server: ", ((FailedItem)results[1]).Error);
        Assert.Contains("status 500, it failed: oops", ((FailedItem)results[1]).Error);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task Score_BudgetForThreeOfFive_AsksTheFirstThree()
    {
        await using var server = new ChatServer(_ => ChatServer.Scores(7));
        var results = await ScoreAsync(server, Items("a", "b", "c", "d", "e"), "budgetRequests=3");

        Assert.Equal([true, true, true, false, false], results.Select(result => result is ScoredItem));
        Assert.Equal("budget: the 3 requests of the batch are used up", ((FailedItem)results[4]).Error);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Score_BudgetIsUsedUp_AsksNothingAgain()
    {
        await using var server = new ChatServer(prompt => prompt.Contains("bad") ? ChatServer.Status(500, "oops") : ChatServer.Scores(7));
        var results = await ScoreAsync(server, Items("bad", "b"), "budgetRequests=2");
        Assert.Contains("the budget has no request left", ((FailedItem)results[0]).Error);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Score_OneRequestAMinute_SendsOneBeforeTheDeadline()
    {
        await using var server = new ChatServer(_ => ChatServer.Scores(7));
        await using var judge = await JudgeAsync(server.Url, s_limits, TimeProvider.System, "requestsPerMinute=1");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var results = await judge.ScoreAsync(Items("a", "b", "c"), deadline.Token);

        Assert.Single(server.Requests);
        Assert.Single(results.OfType<ScoredItem>());
        Assert.All(results.OfType<FailedItem>(), failed => Assert.StartsWith("deadline: ", failed.Error));
    }

    [Fact]
    public async Task Score_OneItemHangs_IsATimeoutOfThatItem()
    {
        var never = new TaskCompletionSource<string>();
        await using var server = new ChatServer((prompt, _) =>
            prompt.Contains("bad") ? never.Task : Task.FromResult(ChatServer.Scores(7)));
        var results = await ScoreAsync(server, Items("bad", "good"), "timeoutSeconds=0.5");
        Assert.Contains("timeout: ", ((FailedItem)results[0]).Error);
        Assert.IsType<ScoredItem>(results[1]);
    }

    [Fact]
    public async Task Score_NothingAnsweredBeforeTheDeadline_IsCancelled()
    {
        var never = new TaskCompletionSource<string>();
        await using var server = new ChatServer((_, _) => never.Task);
        await using var judge = await JudgeAsync(server.Url, s_limits, TimeProvider.System);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAsync<OperationCanceledException>(() => judge.ScoreAsync(Items("a", "b"), deadline.Token));
    }

    [Fact]
    public async Task Score_NobodyListens_FailsTheBatch()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)closed.LocalEndpoint).Port}/v1";
        closed.Stop();
        await using var judge = await JudgeAsync(url, s_limits, TimeProvider.System);
        var thrown = await Assert.ThrowsAsync<EvaluatorFaultException>(() => judge.ScoreAsync(Items("a", "b"), default));
        Assert.Equal(EvaluatorFault.Unreachable, thrown.Fault);
        Assert.Contains("none of 2 items was judged; the first: unreachable: ", thrown.Reason);
    }

    [Fact]
    public async Task Score_ServerRepeatsTheKey_KeyIsInNoMessage()
    {
        const string variable = "ACTORRLHF_JUDGE_OF_THIS_TEST";
        Environment.SetEnvironmentVariable(variable, Key);
        await using var server = new ChatServer(prompt => prompt.Contains("denied")
            ? ChatServer.Status(401, $"wrong key {Key.ToLowerInvariant()} {new string('x', 400)}{Key}")
            : prompt.Contains("cut") ? ChatServer.Says($"{Key} {{", "length")
            : ChatServer.Says($$"""{"score": 7, "why": "{{Key}}"}"""));
        var found = await DiscoverAsync(server.Url, "model=m", $"keyVariable={variable}");
        await using var judge = (LlmJudge)s_judges.Create(found);
        var results = await judge.ScoreAsync(Items("denied", "cut", "good"), default);
        var alone = await Assert.ThrowsAsync<EvaluatorFaultException>(() => judge.ScoreAsync(Items("denied"), default));

        Assert.All(server.Requests, request => Assert.Contains($"Authorization: Bearer {Key}", request.Head));
        Assert.Contains($"it does not accept the key in {variable}", ((FailedItem)results[0]).Error);
        Assert.Equal(7, ((ScoredItem)results[2]).Scores["judge"].Value);
        var written = JsonSerializer.Serialize(results.Cast<object>()) + alone + JsonSerializer.Serialize(found)
            + JsonSerializer.Serialize(EvaluatorInjected.Of(found, "remote", []));
        Assert.DoesNotContain("SECRET", written, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/v1", "ACTORRLHF_JUDGE_THAT_IS_NOT_SET", "THAT_IS_NOT_SET of this process holds no key")]
    [InlineData("http://example.org/v1", "ACTORRLHF_JUDGE_THAT_IS_NOT_SET", "would cross the network in the clear")]
    public async Task Discover_KeyThatCannotBeSent_IsRefused(string url, string variable, string reason) => Assert.Contains(reason,
        (await Assert.ThrowsAsync<EvaluatorRefusedException>(() => DiscoverAsync(url, "model=m", $"keyVariable={variable}"))).Reason);

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("127.0.0.1:8000")]
    [InlineData("http://user:secret@localhost/v1")]
    [InlineData("http://localhost/v1?key=secret")]
    public async Task Discover_NoAddress_IsRefusedAndNotRepeated(string url)
    {
        var thrown = await Assert.ThrowsAsync<EvaluatorRefusedException>(() => DiscoverAsync(url, "model=m"));
        Assert.Contains("its address is no http://", thrown.Reason);
        Assert.DoesNotContain("secret", thrown.Message);
    }

    [Fact]
    public async Task Discover_Judge_IsNamedByItsHashAndCannotBeVerified()
    {
        var found = await DiscoverAsync("http://127.0.0.1:1/v1", "model=m", "mode=pairwise");
        Assert.Equal(("judge", found.Description.Hash.ToString()[..12]), (found.Description.Id, found.Description.Version));
        Assert.Equal(["win", "contradiction"], found.Description.Metrics.Select(metric => metric.Name));
        Assert.All(found.Description.Metrics, metric => Assert.Equal(MetricRole.Heldout, metric.Role));
        Assert.False(found.IsVerifiable);
        Assert.Equal("remote", s_judges.IsolationOf(found));
        var other = await DiscoverAsync("http://127.0.0.1:1/v1", "model=n", "mode=pairwise");
        Assert.NotEqual(found.Description.Hash, other.Description.Hash);
    }

    [Fact]
    public async Task Score_TemplateWasChanged_IsRefusedUntilItIsBroughtAgain()
    {
        var template = Path.Combine(Temporary.NewDirectory(), "judge.txt");
        File.WriteAllText(template, "Is it polite? {prompt} {completion}");
        await using var server = new ChatServer(_ => ChatServer.Scores(7));
        var found = await DiscoverAsync(server.Url, "model=m", $"template={template}");
        await using var judge = (LlmJudge)s_judges.Create(found);
        Assert.IsType<ScoredItem>((await judge.ScoreAsync(Items("x"), default))[0]);
        Assert.Contains("Is it polite? <<< ", server.Prompts.Single());

        File.WriteAllText(template, "Is it rude? {prompt} {completion}");
        Assert.Contains("when it was injected",
            (await Assert.ThrowsAsync<EvaluatorRefusedException>(() => judge.ScoreAsync(Items("x"), default))).Reason);
        Assert.NotEqual(found.Description.Hash, (await DiscoverAsync(server.Url, "model=m", $"template={template}")).Description.Hash);
    }

    [Fact]
    public async Task Discover_MissingTemplate_IsRefusedByItsName()
    {
        var missing = Path.Combine(Temporary.NewDirectory(), "missing.txt");
        Assert.Contains($"there is no file {missing}", (await Assert.ThrowsAsync<EvaluatorRefusedException>(
            () => DiscoverAsync("http://127.0.0.1:1/v1", "model=m", $"template={missing}"))).Reason);
    }

    static EvaluationItem[] Items(params string[] completions) =>
        [.. completions.Select((completion, i) => new EvaluationItem($"{i}", $"prompt {i}", completion))];

    static Task<InjectedEvaluator> DiscoverAsync(string url, params string[] settings) =>
        s_judges.DiscoverAsync(
            new EvaluatorSource(EvaluatorKind.Judge, url, settings, []), s_limits, null, null, MetricRole.Heldout, default);

    static async Task<LlmJudge> JudgeAsync(string url, EvaluatorLimits limits, TimeProvider time, params string[] settings)
    {
        var found = await DiscoverAsync(url, ["model=m", .. settings]);
        return new LlmJudge(found.Description, found.Source, limits, time);
    }

    static Task<IReadOnlyList<ItemResult>> ScoreAsync(ChatServer server, EvaluationItem[] items, params string[] settings) =>
        ScoreAsync(server, items, TimeProvider.System, settings);

    static async Task<IReadOnlyList<ItemResult>> ScoreAsync(
        ChatServer server, EvaluationItem[] items, TimeProvider time, params string[] settings)
    {
        await using var judge = await JudgeAsync(server.Url, s_limits, time, settings);
        return await judge.ScoreAsync(items, default);
    }

    /// <summary>Lets the clock go on, a little at a time and only as long as somebody waits.</summary>
    static async Task<T> AdvancedAsync<T>(FakeTimeProvider time, Task<T> task)
    {
        while (await Task.WhenAny(task, Task.Delay(20)) != task) time.Advance(TimeSpan.FromSeconds(.25));
        return await task;
    }
}
