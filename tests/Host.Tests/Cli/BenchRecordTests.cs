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

        var events = await App.RunAsync(
            "events", "real", "--stream", "evaluations", "--type", "benchmark.completed", "--data", Data, "--json");
        Assert.Equal(["format=text", "format=text", "format=letters"],
            events.Lines().Select(line => line.GetProperty("payload").GetProperty("settings").GetString()));
        Assert.Matches("multiple-choice +format=text +1 +acc", (await App.RunAsync("show", "real", "--data", Data)).Out);
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

    [Theory]
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
