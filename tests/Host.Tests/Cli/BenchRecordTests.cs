using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Tests.Api;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>Benchmarks of a run's checkpoints become events of the run, whoever does the work.</summary>
[Trait("Category", "Integration")]
public sealed class BenchRecordTests : IDisposable
{
    const string Questions = """
        {"question":"Who was it?","choices":["a little girl named Lily","xqzw"],"answer":0}
        {"question":"Where?","choices":["xqzw","in the park"],"answer":1}
        """;

    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-record-").FullName;

    string Data => Path.Combine(_folder, "runs");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [RealDataFact]
    public async Task Bench_Record_WritesAnEventForEachStepOnceAndTheSameThroughAHost()
    {
        await Training.RunAsync(Data, "real", [
            "world.kind=hh-rlhf", $"data.path={RealData.Preferences}", $"policy.path={RealData.Stories}",
            "data.maxPromptTokens=24", "sampling.maxTokens=6", "pretrain.steps=1", "pretrain.batch=2",
            "preferences.pairs=32", "preferences.heldout=8", "reward.epochs=1", "reward.batch=16", "reward.members=1",
            "reward.calibrationSamples=8", "evaluation.prompts=4", "rl.steps=1"]);
        var file = Path.Combine(_folder, "q.jsonl");
        await File.WriteAllTextAsync(file, Questions);
        string[] args =
        [
            "bench", "--model", "run:real@0", "--model", "run:real@1", "--file", file, "--task", "multiple-choice", "--record",
            "--data", Data, "--json",
        ];

        var first = await App.RunAsync(args);
        Assert.Equal(ExitCode.Done, first.Code);
        Assert.Equal([0, 1], first.Lines().Select(line => line.GetProperty("step").GetInt32()));
        Assert.Equal(
            ["run", "step", "benchmark", "version", "settings", "questions", "items", "aggregates", "artefact"], first.Lines()[0].Names());
        // The same figures as without a log.
        var alone = await App.RunAsync([.. args[..3], .. args[5..9], "--data", Data, "--json"]);
        Assert.Equal(
            alone.Lines()[^1].GetProperty("aggregates").GetRawText(), first.Lines()[0].GetProperty("aggregates").GetRawText());

        var again = await App.RunAsync(args);
        Assert.Equal(first.Out, again.Out);
        Assert.Contains("run real after step 1 was asked this before", again.Error, StringComparison.Ordinal);
        await ThroughAHostAsync(args, first);
        await Gsm8kWithShotsAsync();
        await OfAForkAsync();

        var events = await App.RunAsync(
            "events", "real", "--stream", "evaluations", "--type", "benchmark.completed", "--data", Data, "--json");
        Assert.Equal(["format=text", "format=text", "format=letters", "limit=1 maxTokens=4 shots=1"],
            events.Lines().Select(line => line.GetProperty("payload").GetProperty("settings").GetString()));
        var questions = first.Lines()[0].GetProperty("questions").GetString()![..8];
        var shown = (await App.RunAsync("show", "real", "--data", Data)).Out;
        Assert.Matches($"real +multiple-choice +{questions} +format=text +1 +acc", shown);
        Assert.Equal("", (await App.RunAsync("audit", "real", "--data", Data)).Error);
    }

    async Task ThroughAHostAsync(string[] args, App.Result first)
    {
        await using var host = await ServedHost.StartAsync(directory: Data);
        var again = await App.RunAsync(args);
        Assert.Equal(first.Out, again.Out);
        Assert.Contains("run real after step 0 was asked this before", again.Error, StringComparison.Ordinal);
        var letters = await App.RunAsync([.. args[..3], .. args[5..], "--format", "letters"]);
        Assert.Equal("format=letters", letters.Single().GetProperty("settings").GetString());
        var gone = await App.RunAsync([.. args[..2], "run:real@7", .. args[5..]]);
        Assert.NotEqual(ExitCode.Done, gone.Code);
        Assert.Contains("step 7 is not in the log of run real", gone.Error, StringComparison.Ordinal);
    }

    async Task Gsm8kWithShotsAsync()
    {
        var file = Path.Combine(RealData.Folder!, "gsm8k", "test.jsonl");
        string[] args =
        [
            "bench", "--model", "run:real@1", "--file", file, "--task", "gsm8k", "--shots", "1", "--shots-file", file, "--max-tokens", "4",
            "--limit", "1", "--record", "--data", Data, "--json",
        ];
        var first = (await App.RunAsync(args)).Single();
        Assert.StartsWith("1.0.0+gsm8k.", first.GetProperty("version").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            (1, "limit=1 maxTokens=4 shots=1"), (first.GetProperty("items").GetInt32(), first.GetProperty("settings").GetString()));
        Assert.Contains("was asked this before", (await App.RunAsync(args)).Error, StringComparison.Ordinal);
    }

    /// <summary>What a fork shares with its parent is the parent's, and asked once.</summary>
    async Task OfAForkAsync()
    {
        // It learns nothing, as nobody does whose completions have six tokens, and is called failed for it; its steps are there.
        await App.RunAsync("fork", "real", "--at", "1", "--set", "rl.steps=2", "--data", Data, "--json");
        var fork = (await App.RunAsync("runs", "--data", Data, "--json")).Lines().Select(line => line.GetProperty("run").GetString()!)
            .Single(run => run != "real");
        string[] args =
            ["bench", "--file", Path.Combine(_folder, "q.jsonl"), "--task", "multiple-choice", "--record", "--data", Data, "--json"];

        var shared = await App.RunAsync([.. args, "--model", $"run:{fork}@1"]);
        var own = await App.RunAsync([.. args, "--model", $"run:{fork}@2"]);

        Assert.Equal("real", shared.Single().GetProperty("run").GetString());
        Assert.Contains("run real after step 1 was asked this before", shared.Error, StringComparison.Ordinal);
        Assert.Equal((fork, 2), (own.Single().GetProperty("run").GetString(), own.Single().GetProperty("step").GetInt32()));
        Assert.Equal("", (await App.RunAsync("audit", fork, "--data", Data)).Error);
    }

    [Fact]
    public async Task Bench_RecordOfQuestionsThatNobodyCanAsk_RecordsNothingAndSaysWhy()
    {
        await Training.RunAsync(Data, "pocket", ["pretrain.steps=20", "preferences.pairs=32", "preferences.heldout=32", "rl.steps=1"]);
        var file = Path.Combine(_folder, "q.jsonl");
        await File.WriteAllTextAsync(file, Questions);
        var before = (await App.RunAsync("events", "pocket", "--stream", "evaluations", "--data", Data, "--json")).Out;

        var result = await App.RunAsync(
            "bench", "--model", "run:pocket@1", "--file", file, "--task", "multiple-choice", "--record", "--data", Data);

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains(
            "no question could be asked; item 0: the text has the unknown word 'Question:'", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, (await App.RunAsync("events", "pocket", "--stream", "evaluations", "--data", Data, "--json")).Out);
    }

    [Theory]
    [InlineData("--show-prompts goes with lines of items", "--model", "run:x", "--task", "gsm8k", "--record", "--show-prompts")]
    [InlineData("'nowhere' is not run:RUN", "--model", "nowhere", "--task", "gsm8k", "--record")]
    [InlineData("reward models are the same at every step", "--model", "run:x", "--task", "reward-model", "--record")]
    [InlineData("--server goes with --record", "--model", "run:x", "--task", "gsm8k", "--server", "http://127.0.0.1:1")]
    public async Task Bench_RecordThatCannotBe_IsRefused(string expected, params string[] args)
    {
        var result = await App.RunAsync(["bench", "--file", "x", .. args]);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }
}
