using System.Text.Json;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary><c>bench --task reward-model</c> on the reward models of a run that was trained.</summary>
[Collection(TrainedRunsCollection.Name)]
public sealed class BenchRewardModelTests(TrainedRuns runs) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-bench-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Bench_RewardModelsOfARun_ScoreAsTheyDidInTheRun()
    {
        // What has no spelling, such as a special token amid the answer, cannot come back from a text.
        var record = Logs.Read(runs.Data, TrainedRuns.Done);
        var tokenizer = StoredWorld.Of(record).Tokenizer;
        var spelt = record.Evaluations().Select(read => read.Event).OfType<RolloutCollected>()
            .SelectMany(rollout => RolloutRow.Read(record.Artefacts, rollout.Artefact))
            .Where(row => row.TokenIds.SequenceEqual([.. tokenizer.EncodeCompletion(row.Completion), tokenizer.EosTokenId]))
            .Select(row => (row.PromptId, row.Completion)).ToHashSet();
        var logged = await App.RunAsync("completions", TrainedRuns.Done, "--data", runs.Data, "--set", "heldout", "--json");
        var completions = logged.Lines()
            .Where(line => line.GetProperty("stopReason").GetString() == "eos"
                && spelt.Contains((line.GetProperty("promptId").GetString()!, line.GetProperty("completion").GetString()!)))
            .GroupBy(line => line.GetProperty("promptId").GetString())
            .Select(group => group.DistinctBy(line => line.GetProperty("completion").GetString()).ToArray())
            .Where(group => group.Length > 1).ToArray();
        Assert.NotEmpty(completions);
        var file = Path.Combine(_folder, "pairs.jsonl");
        File.WriteAllLines(file, completions.Select(group => JsonSerializer.Serialize(new
        {
            prompt = group[0].GetProperty("prompt").GetString(),
            chosen = group[0].GetProperty("completion").GetString(),
            rejected = group[1..].Select(line => line.GetProperty("completion").GetString()),
            subset = group.Length > 2 ? "several" : "two",
        })).Append("""{"prompt":"p","chosen":"no such words here"}"""));

        var result = await App.RunAsync(
            "bench", "--model", $"run:{TrainedRuns.Done}", "--data", runs.Data, "--file", file, "--task", "reward-model", "--json");

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("'rejected' is missing", result.Error, StringComparison.Ordinal);
        var lines = result.Lines();
        Assert.Equal(completions.Length + 2, lines.Length);
        foreach (var (group, line) in completions.Zip(lines))
            foreach (var member in group[0].GetProperty("scores").Names())
            {
                double[] before = [.. group.Select(one => one.GetProperty("scores").GetProperty(member).GetDouble())];
                var expected = before[1..].Average(other => before[0] > other ? 1.0 : before[0] == other ? .5 : 0);
                var accuracy = line.GetProperty("scores").GetProperty($"{member}/accuracy");
                Assert.Equal(expected, accuracy.GetProperty("value").GetDouble(), 1e-12);
            }
        Assert.Contains("ensemble/best-of-n", lines[^1].GetProperty("aggregates").Names());
        Assert.Equal(completions.Length,
            lines[^1].GetProperty("aggregates").GetProperty("ensemble/accuracy").GetProperty("n").GetInt32());
        Assert.Contains("subset", lines[^1].GetProperty("slices").Names());
    }

    [Fact]
    public async Task Bench_SeveralModels_NameThemselvesInEveryLine()
    {
        var file = Path.Combine(_folder, "pairs.jsonl");
        File.WriteAllText(file, """{"prompt":"list 2 color words","chosen":"red , blue .","rejected":"red ."}""");
        string[] models = [$"run:{TrainedRuns.Done}", $"run:{TrainedRuns.Stopped}"];
        string[] rest = ["--data", runs.Data, "--file", file, "--task", "reward-model", "--json"];

        var result = await App.RunAsync(["bench", "--model", models[0], "--model", models[1], .. rest]);

        Assert.True(result.Code is ExitCode.Done, result.Error);
        var lines = result.Lines();
        Assert.Equal([models[0], models[0], models[1], models[1]], lines.Select(line => line.GetProperty("model").GetString()));
        var alone = (await App.RunAsync(["bench", "--model", models[1], .. rest])).Lines();
        Assert.Equal(alone[0].GetProperty("scores").GetRawText(), lines[2].GetProperty("scores").GetRawText());
        Assert.Equal(alone[1].GetProperty("aggregates").GetRawText(), lines[3].GetProperty("aggregates").GetRawText());
        Assert.False(alone[0].TryGetProperty("model", out _));
    }

    [Fact]
    public async Task Bench_StepOfARun_IsRefusedAndSaysWhatToGive()
    {
        var result = await App.RunAsync("bench", "--model", "run:latest@3", "--file", "pairs.jsonl", "--task", "reward-model");

        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains("'run:latest@3' names a step", result.Error, StringComparison.Ordinal);
        Assert.Contains("give run:latest", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bench_ModelThatIsNone_IsRefused()
    {
        var file = Path.Combine(_folder, "pairs.csv");
        File.WriteAllText(file, "prompt,chosen,rejected\np,a,b\n");
        var result = await App.RunAsync("bench", "--model", "nowhere", "--file", file, "--task", "reward-model");
        Assert.Equal(ExitCode.NotFound, result.Code);
        Assert.Contains("'nowhere' is neither a folder", result.Error, StringComparison.Ordinal);
    }
}
