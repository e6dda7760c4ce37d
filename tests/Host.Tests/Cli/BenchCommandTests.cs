using System.Text.Json;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

public sealed class BenchCommandTests : IDisposable
{
    const string Questions = """
        {"question":"Who was it?","choices":["a little girl named Lily","xqzw"],"answer":0,"subject":"girls"}
        {"question":"Where?","choices":["xqzw","in the park"],"answer":"in the park","subject":"places"}
        {"question":"Broken","choices":["x"],"answer":0}
        """;

    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-bench-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [RealDataFact]
    public async Task Bench_MultipleChoice_PrintsALineAnItemAndTheAggregatesLast()
    {
        string[] args = ["bench", "--model", RealData.Stories, "--file", Save("q.jsonl", Questions), "--task", "multiple-choice"];
        var result = await App.RunAsync([.. args, "--json"]);

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("3 of 3 items", result.Error, StringComparison.Ordinal);
        Assert.Contains("1 of 3 items failed; item 2: line 3: it has 1 choices", result.Error, StringComparison.Ordinal);
        var lines = result.Lines();
        Assert.Equal(4, lines.Length);
        Assert.Equal(["index", "logLikelihoods", "scores"], lines[0].Names());
        Assert.Equal(["acc", "acc_norm"], lines[0].GetProperty("scores").Names());
        var likeliest = lines[0].GetProperty("scores").GetProperty("acc_norm").GetProperty("extracted").GetString();
        Assert.Equal("a little girl named Lily", likeliest);
        Assert.Equal(["index", "error"], lines[2].Names());
        var acc = lines[3].GetProperty("aggregates").GetProperty("acc_norm");
        Assert.Equal(1.0, acc.GetProperty("mean").GetDouble());
        Assert.Equal((2, 1), (acc.GetProperty("n").GetInt32(), acc.GetProperty("failed").GetInt32()));
        var places = lines[3].GetProperty("slices").GetProperty("subject").GetProperty("places").GetProperty("acc_norm");
        Assert.Equal((1, JsonValueKind.Null), (places.GetProperty("n").GetInt32(), places.GetProperty("standardError").ValueKind));
        Assert.Equal(result.Out, (await App.RunAsync([.. args, "--json"])).Out);

        var table = await App.RunAsync([.. args, "--limit", "2"]);
        Assert.Equal(ExitCode.Done, table.Code);
        Assert.Matches(@"subject +girls +acc", table.Out);
    }

    [Theory]
    [InlineData("--shots", "-1", "--shots: '-1' is not a whole number from 0 to 64")]
    [InlineData("--shots", "x", "--shots: 'x' is not a whole number from 0 to 64")]
    [InlineData("--limit", "0", "--limit: '0' is not a whole number from 1")]
    public async Task Bench_NumberOutOfItsRange_IsRefused(string option, string value, string said)
    {
        var result = await App.RunAsync("bench", "--model", "m", "--file", "f", "--task", "gsm8k", option, value);

        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [RealDataFact]
    public async Task Bench_Letters_ScoresTheLetters()
    {
        var result = await App.RunAsync(
            "bench", "--model", RealData.Stories, "--file", Save("q.csv", "Who?,Lily,Tim,B\n"), "--task", "multiple-choice",
            "--format", "letters", "--json");
        var extracted = result.Lines()[0].GetProperty("scores").GetProperty("acc").GetProperty("extracted").GetString();
        Assert.Contains(extracted, (string[])["A", "B"]);
    }

    [Fact]
    public async Task Bench_FileThatIsNone_IsRefusedBeforeTheModelIsLoaded()
    {
        var missing = await App.RunAsync("bench", "--model", "nowhere", "--file", "no-such-file", "--task", "multiple-choice");
        Assert.Equal((ExitCode.Usage, "--file: no-such-file: there is no such file\n"), (missing.Code, missing.Error));
        var array = await App.RunAsync("bench", "--model", "nowhere", "--file", Save("a.json", "[1]"), "--task", "multiple-choice");
        Assert.Contains("jq -c '.[]'", array.Error, StringComparison.Ordinal);
    }

    [RealDataFact]
    public async Task Bench_Gsm8k_PrintsWhatTheModelWroteAndIsTheSameAgain()
    {
        var data = Path.Combine(RealData.Folder!, "gsm8k");
        string[] args =
        [
            "bench", "--model", RealData.Stories, "--file", Path.Combine(data, "test.jsonl"), "--task", "gsm8k", "--limit", "3",
            "--max-tokens", "24", "--json",
        ];
        var result = await App.RunAsync(args);

        Assert.Equal(ExitCode.Done, result.Code);
        var lines = result.Lines();
        Assert.Equal(4, lines.Length);
        Assert.All(lines[..3], line => Assert.Equal(["index", "completion", "scores"], line.Names()));
        Assert.Equal(["strict", "flexible", "best"], lines[0].GetProperty("scores").Names());
        Assert.Equal(["strict", "flexible", "best"], lines[3].GetProperty("aggregates").Names());
        Assert.False(lines[3].TryGetProperty("slices", out _));
        Assert.Equal(result.Out, (await App.RunAsync(args)).Out);
        // The second alone is what it was among others.
        var two = Save("two.jsonl", File.ReadLines(Path.Combine(data, "test.jsonl")).ElementAt(1));
        var alone = await App.RunAsync([.. args[..4], two, .. args[5..]]);
        Assert.Equal(lines[1].GetProperty("completion").GetString(), alone.Lines()[0].GetProperty("completion").GetString());
    }

    [RealDataFact]
    public async Task Bench_Gsm8kWithShotsThatDoNotFit_FailsWithTheReason()
    {
        var data = Path.Combine(RealData.Folder!, "gsm8k");
        var result = await App.RunAsync(
            "bench", "--model", RealData.Stories, "--file", Path.Combine(data, "test.jsonl"), "--task", "gsm8k", "--limit", "2",
            "--shots", "8", "--shots-file", Path.Combine(data, "train.jsonl"), "--show-prompts", "--json");

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("2 of 2 items failed; item 0: prompt: it has ", result.Error, StringComparison.Ordinal);
        var line = result.Lines()[0];
        Assert.Equal(["index", "prompt", "error"], line.Names());
        Assert.Equal(9, line.GetProperty("prompt").GetString()!.Split("Question: ").Length - 1);
    }

    [Fact]
    public async Task Bench_ShotsWithoutAFile_IsRefused()
    {
        var result = await App.RunAsync("bench", "--model", "nowhere", "--file", "x", "--task", "gsm8k", "--shots", "8");
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.StartsWith("--shots: the examples are missing; give --shots-file", result.Error, StringComparison.Ordinal);
    }

    string Save(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
