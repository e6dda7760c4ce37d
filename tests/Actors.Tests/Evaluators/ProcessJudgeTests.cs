using System.Diagnostics;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Evaluation.Contract;
using Xunit.Abstractions;

namespace ActorRlhf.Actors.Tests.Evaluators;

/// <summary>Evaluators that behave, and people who change them.</summary>
public sealed class ProcessJudgeTests(ITestOutputHelper output)
{
    const string Reversed = """
        items = [{"id": item["id"], "scores": {"m": len(item["prompt"])}} for item in message["items"]]
        say({"type": "scores", "batch": message["batch"], "items": items[::-1]})
        """;

    [SandboxFact]
    public async Task Score_ManyBatches_AreInTheItemsOrder()
    {
        await using var evaluator = new ScriptedEvaluator(Reversed);
        var results = await evaluator.ScoreAsync("now", 3000);
        Assert.Equal(ScriptedEvaluator.Items(3000).Select(item => (item.Id, (double?)item.Prompt.Length)),
            results.Select(result => (result.ItemId, ((ScoredItem)result).Scores["m"].Value)));
    }

    [SandboxFact]
    public async Task Score_ManyAtOnce_TakeTurns()
    {
        await using var evaluator = new ScriptedEvaluator(Reversed);
        await evaluator.JudgeAsync();
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => evaluator.ScoreAsync("now", 100 + i)));
        Assert.Equal(Enumerable.Range(100, 8), all.Select(results => results.Count));
    }

    [SandboxFact]
    public async Task Score_NothingToScore_IsNothing()
    {
        await using var evaluator = new ScriptedEvaluator();
        Assert.Empty(await evaluator.ScoreAsync("now", 0));
    }

    [Fact]
    public void Batches_GroupsNeeded_AreNeverCut()
    {
        // Samples of 100 prompts, one after the other.
        EvaluationItem[] items =
            [.. Enumerable.Range(0, 1000).Select(i => new EvaluationItem($"{i}", "p", "c") { PromptId = $"{i % 100}" })];
        var batches = ItemBatches.Of(items, EvaluatorNeeds.Text | EvaluatorNeeds.Group);
        Assert.Equal(Enumerable.Range(0, 1000), batches.SelectMany(batch => batch).Order());
        Assert.All(batches, batch => Assert.All(batch.GroupBy(at => at % 100), prompt => Assert.Equal(10, prompt.Count())));
        Assert.Equal([260, 260, 260, 220], batches.Select(batch => batch.Length));
        Assert.Equal([256, 256, 256, 232], ItemBatches.Of(items, EvaluatorNeeds.Text).Select(batch => batch.Length));
    }

    [SandboxFact]
    public async Task Discover_GoodEvaluator_IsDescribedAndLeavesNothing()
    {
        await using var evaluator = new ScriptedEvaluator();
        var found = await evaluator.Judges.DiscoverAsync(evaluator.Source, evaluator.Limits, "bad", "1.0.0", MetricRole.Heldout, default);
        Assert.Equal(("bad", "1.0.0", EvaluatorHash.Of(evaluator.Source)),
            (found.Description.Id, found.Description.Version, found.Description.Hash));
        Assert.Equal([new Metric("m", MetricDirection.None, MetricRole.Heldout, "of a test")], found.Description.Metrics);
        evaluator.AssertNothingLeft();
    }

    public static TheoryData<string, string> BadHellos => new()
    {
        { "say({'type': 'evaluator', 'id': '../bad'})", "its id is \"../bad\", expected 1 to 64 letters" },
        { "say({'type': 'evaluator', 'id': 'a..b'})", "its id is \"a..b\"" },
        { "print('usage: …')", "it answered hello with 'usage: …', which is no JSON object" },
        { "sys.exit('no idea')", "it ended with exit code 1, and last said: no idea (before it said who it is)" },
        { "os.write(1, b'x' * (2 << 20))", "it wrote a line of more than 1048576 bytes before it said who it is" },
    };

    [SandboxTheory]
    [MemberData(nameof(BadHellos))]
    public async Task Discover_BadHello_IsRefused(string hello, string reason)
    {
        await using var evaluator = new ScriptedEvaluator(hello: hello);
        var thrown = await Assert.ThrowsAsync<EvaluatorRefusedException>(() => evaluator.DiscoverAsync());
        Assert.Contains(reason, thrown.Reason);
        evaluator.AssertNothingLeft();
    }

    [SandboxFact]
    public async Task Discover_NeverSaysWhoItIs_IsRefusedAtTheDeadline()
    {
        await using var evaluator = new ScriptedEvaluator(hello: "time.sleep(1000)")
        {
            Limits = EvaluatorLimits.Default with { Deadline = TimeSpan.FromSeconds(2) },
        };
        var thrown = await Assert.ThrowsAsync<EvaluatorRefusedException>(() => evaluator.DiscoverAsync());
        Assert.StartsWith("it did not say who it is within 2 s; ", thrown.Reason, StringComparison.Ordinal);
        Assert.Contains("--deadline", thrown.Reason, StringComparison.Ordinal);
        evaluator.AssertNothingLeft();
    }

    [SandboxFact]
    public async Task Discover_OtherName_IsRefusedWithBoth()
    {
        await using var evaluator = new ScriptedEvaluator();
        var thrown = await Assert.ThrowsAsync<EvaluatorRefusedException>(() =>
            evaluator.Judges.DiscoverAsync(evaluator.Source, evaluator.Limits, "good", null, null, default));
        Assert.Contains("it calls itself 'bad', expected 'good'", thrown.Reason);
    }

    [Fact]
    public async Task Discover_NoSandbox_IsRefusedUnlessItMay()
    {
        await using var evaluator = new ScriptedEvaluator(sandbox: Sandbox.None("this is a test"));
        var thrown = await Assert.ThrowsAsync<EvaluatorRefusedException>(() => evaluator.DiscoverAsync());
        Assert.Equal("this machine has no sandbox for it: this is a test", thrown.Reason);
        await using var allowed = new ScriptedEvaluator(sandbox: Sandbox.None("this is a test"))
        {
            Limits = EvaluatorLimits.Default with { Unsandboxed = true, Deadline = ScriptedEvaluator.Patience },
        };
        Assert.Equal(3, (await allowed.ScoreAsync("good")).Count);
    }

    [SandboxFact]
    public async Task Score_FileReplacedSinceInjection_IsRefusedWithBothHashes()
    {
        await using var evaluator = new ScriptedEvaluator();
        var found = await evaluator.DiscoverAsync();
        await File.AppendAllTextAsync(evaluator.Script, "\n# replaced");
        var judge = (ProcessJudge)evaluator.Judges.Create(found);

        var thrown = await Assert.ThrowsAsync<EvaluatorRefusedException>(() => judge.ScoreAsync(ScriptedEvaluator.Items(1), default));

        Assert.Contains(found.Description.Hash.ToString(), thrown.Reason);
        Assert.Contains(EvaluatorHash.Of(evaluator.Source).ToString(), thrown.Reason);
        evaluator.AssertNothingLeft();
    }

    [SandboxFact]
    public async Task Score_FileReplacedWhileItRuns_OldOneAnswersUntilItStartsAgain()
    {
        await using var evaluator = new ScriptedEvaluator("sys.exit(1)");
        await evaluator.ScoreAsync("good");
        await File.WriteAllTextAsync(evaluator.Script, "print('I am another')");

        await evaluator.ScoreAsync("good");
        await Assert.ThrowsAsync<EvaluatorFaultException>(() => evaluator.ScoreAsync("now"));

        await Assert.ThrowsAsync<EvaluatorRefusedException>(() => evaluator.ScoreAsync("good"));
    }

    [SandboxFact]
    public async Task Score_SaysAnotherVersionLater_IsRefusedWithBoth()
    {
        await using var evaluator = new ScriptedEvaluator();
        var found = await evaluator.DiscoverAsync();
        await using var judge = (ProcessJudge)evaluator.Judges.Create(
            found with { Description = found.Description with { Version = "0.9" } });
        var thrown = await Assert.ThrowsAsync<EvaluatorRefusedException>(() => judge.ScoreAsync(ScriptedEvaluator.Items(1), default));
        Assert.Equal("its version is '1.0.0', and was '0.9' when it was injected", thrown.Reason);
    }

    [SandboxFact]
    public async Task Score_EndedBetweenBatches_StartsAgain()
    {
        await using var evaluator = new ScriptedEvaluator("score(message); log('going'); sys.exit()");
        await evaluator.ScoreAsync("now");
        await evaluator.HeardAsync("going");
        var judge = (ProcessJudge)await evaluator.JudgeAsync();
        while (judge.IsWarm) await Task.Yield();
        Assert.Equal(3, (await evaluator.ScoreAsync("good")).Count);
    }

    static EvaluatorSource Words =>
        new(EvaluatorKind.Command, "python3", [Path.Combine(AppContext.BaseDirectory, "Samples", "words.py")], []);

    [SandboxFact]
    public async Task Sample_Words_CountsThem()
    {
        var judges = new ScriptedEvaluator().Judges;
        var found = await judges.DiscoverAsync(
            Words, EvaluatorLimits.Default with { Deadline = ScriptedEvaluator.Patience }, "words", null, null, default);
        await using var judge = (ProcessJudge)judges.Create(found);

        var results = await judge.ScoreAsync([new EvaluationItem("0", "p", "two wörds"), new EvaluationItem("1", "p", " ")], default);

        var scores = ((ScoredItem)results[0]).Scores;
        Assert.Equal((2, new Score(5, "wörds")), (scores["words"].Value, scores["longest-word"]));
        Assert.Null(((ScoredItem)results[1]).Scores["longest-word"].Value);
    }

    [SandboxFact]
    [Trait("Category", "Nightly")]
    public async Task Sample_Words_Scores5000CompletionsASecond()
    {
        var judges = new ScriptedEvaluator().Judges;
        var start = Stopwatch.StartNew();
        var found = await judges.DiscoverAsync(
            Words, EvaluatorLimits.Default with { Deadline = ScriptedEvaluator.Patience }, "words", null, null, default);
        output.WriteLine($"discovered in {start.Elapsed.TotalMilliseconds} ms");
        await using var judge = (ProcessJudge)judges.Create(found);
        start.Restart();
        await judge.ScoreAsync(ScriptedEvaluator.Items(1), default);
        output.WriteLine($"started and scored one in {start.Elapsed.TotalMilliseconds} ms");
        var items = ScriptedEvaluator.Items(50_000, string.Join(' ', Enumerable.Repeat("some words of a completion", 12)));
        var own = Process.GetCurrentProcess().TotalProcessorTime;
        start.Restart();
        var results = await judge.ScoreAsync(items, default);
        var rate = items.Length / start.Elapsed.TotalSeconds;
        own = Process.GetCurrentProcess().TotalProcessorTime - own;
        output.WriteLine($"{rate} completions/s, {own.TotalSeconds} s of our own in {start.Elapsed.TotalSeconds} s");
        Assert.Equal(60.0 * items.Length, results.Sum(result => ((ScoredItem)result).Scores["words"].Value));
        Assert.True(rate > 5000, $"{rate} completions/s");
    }
}
