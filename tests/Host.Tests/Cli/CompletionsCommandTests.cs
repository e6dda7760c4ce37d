using System.Text.Json;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

[Collection(TrainedRunsCollection.Name)]
public sealed class CompletionsCommandTests(TrainedRuns runs)
{
    [Fact]
    public async Task Completions_Json_HaveEverythingThatTheLogSaysOfThem()
    {
        var lines = await CompletionsAsync("--step", "1", "--set", "training");

        Assert.Equal(16, lines.Length);
        Assert.All(lines, line =>
        {
            Assert.Equal(
                [
                    "step", "set", "promptId", "sample", "prompt", "completion", "scores", "reward", "kl", "length", "stopReason",
                    "promptSeen",
                ],
                line.Names());
            Assert.Equal(JsonValueKind.Null, line.GetProperty("promptSeen").ValueKind);
            Assert.Equal((1, "training"), (line.GetProperty("step").GetInt32(), line.GetProperty("set").GetString()));
            Assert.Equal(["member-0", "member-1"], line.GetProperty("scores").Names());
            var scores = line.GetProperty("scores").EnumerateObject().Select(score => score.Value.GetDouble()).ToArray();
            Assert.Equal(scores.Average(), line.GetProperty("reward").GetDouble(), 12); // the recipe aggregates by the mean
            Assert.Matches("^(eos|length)$", line.GetProperty("stopReason").GetString());
            // A word is a token, and EOS is one more.
            var words = line.GetProperty("completion").GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
            Assert.InRange(line.GetProperty("length").GetInt32(), words, words + 1);
        });
        Assert.Equal(Enumerable.Range(0, 16), lines.Select(line => line.GetProperty("sample").GetInt32()));
    }

    [Fact]
    public async Task Completions_Reward_IsWhatTheEventsSay()
    {
        async Task<JsonElement> PayloadAsync(string type) => (await App.RunAsync(
            "events", TrainedRuns.Done, "--data", runs.Data, "--json", "--type", type, "--step", "2")).Single().GetProperty("payload");
        var (scored, kl) = (await PayloadAsync("reward.scored"), await PayloadAsync("kl.measured"));

        var lines = await CompletionsAsync("--step", "2", "--set", "training");

        Assert.Equal(Numbers(scored.GetProperty("result")), lines.Select(line => line.GetProperty("reward").GetDouble()));
        Assert.Equal(
            Numbers(scored.GetProperty("scores"))[16..],
            lines.Select(line => line.GetProperty("scores").GetProperty("member-1").GetDouble()));
        Assert.Equal(Numbers(kl.GetProperty("k1")), lines.Select(line => line.GetProperty("kl").GetDouble()));
    }

    [Fact]
    public async Task Completions_Heldout_AreTheSamePromptsAtEveryEvaluation()
    {
        var lines = await CompletionsAsync("--set", "heldout");
        Assert.All(lines, line => Assert.Equal("heldout:pocket", line.GetProperty("set").GetString()));
        var prompts = lines
            .GroupBy(line => line.GetProperty("step").GetInt32(), line => line.GetProperty("promptId").GetString())
            .ToDictionary(step => step.Key, step => step.ToArray());
        Assert.Equal([0, 3, 6], prompts.Keys);
        Assert.Equal(prompts[0], prompts[3]);
        Assert.Equal(prompts[0], prompts[6]);
    }

    [Fact]
    public async Task Completions_Prompt_KeepsThatIdOrThatText()
    {
        var first = (await CompletionsAsync("--limit", "1"))[0];
        var (id, text) = (first.GetProperty("promptId").GetString()!, first.GetProperty("prompt").GetString()!);

        var byId = await CompletionsAsync("--prompt", id);
        var byText = await CompletionsAsync("--prompt", text[2..^2].ToUpperInvariant());

        Assert.NotEmpty(byId);
        Assert.All(byId, line => Assert.Equal(id, line.GetProperty("promptId").GetString()));
        Assert.NotEmpty(byText);
        Assert.All(byText, line => Assert.Contains(text[2..^2], line.GetProperty("prompt").GetString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("run done-1 has training ones of steps 1 to 6 and heldout ones of steps 0 to 6", "--step", "99")]
    [InlineData("run done-1 has training ones", "--step", "1", "--set", "heldout")]
    [InlineData(
        "no prompt there has the id or the text 'no prompt has these words'; one of them is ",
        "--step", "2..", "--prompt", "no prompt has these words")]
    public async Task Completions_NothingIsChosen_SaysWhatThereIs(string said, params string[] options)
    {
        var result = await App.RunAsync(["completions", TrainedRuns.Done, "--data", runs.Data, .. options]);

        Assert.Equal((ExitCode.Done, ""), (result.Code, result.Out));
        Assert.Contains(said, Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completions_Limit_IsOverAll()
    {
        Assert.Equal(20, (await CompletionsAsync("--limit", "20")).Length);
        Assert.Empty(await CompletionsAsync("--limit", "0"));
        Assert.Equal(6 * 16 + 3 * 32, (await CompletionsAsync()).Length);
    }

    [Fact]
    public async Task Completions_ForPeople_ShowPromptAndCompletion()
    {
        var line = (await CompletionsAsync("--limit", "1"))[0];
        var result = await App.RunAsync("completions", TrainedRuns.Done, "--data", runs.Data, "--limit", "1");
        Assert.Contains(line.GetProperty("prompt").GetString()!, result.Out, StringComparison.Ordinal);
        Assert.Contains($"⟶ {line.GetProperty("completion").GetString()}", result.Out, StringComparison.Ordinal);
    }

    static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    async Task<JsonElement[]> CompletionsAsync(params string[] options)
    {
        var result = await App.RunAsync(["completions", TrainedRuns.Done, "--data", runs.Data, "--json", .. options]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return result.Lines();
    }
}
