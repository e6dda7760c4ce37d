using System.Text.Json;
using ActorRlhf.Evaluation.Pocket;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Host.Tests.Cli;

public sealed class GenerateCommandTests : IDisposable
{
    // Facts published with the model.
    static readonly int[] Beginning = [403, 407, 261, 378, 432, 383, 286, 261, 376, 298, 315, 421, 395, 317, 426, 338, 401, 396, 267];
    const string Story =
        "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. "
        + "One day, she saw a big, red ball.";
    const int Positions = 24;

    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-generate-").FullName;

    string Pocket => Path.Combine(_folder, "pocket");

    public GenerateCommandTests() => SmallModel.Save(Pocket, new WordTokenizer(PocketWorld.Vocabulary), Positions);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [RealDataTheory]
    [InlineData("cpu")]
    [InlineData("torch")]
    public async Task Generate_StoriesGreedy_TellsThePublishedStoryByBothEngines(string engine)
    {
        var result = await App.RunAsync(
            "generate", "--model", RealData.Stories, "--greedy",
            "--max-tokens", "200", "--engine", engine, "--json");

        Assert.Equal((0, ""), (result.Code, result.Error));
        var line = result.Single();
        Assert.Equal(["prompt", "completion", "tokens", "stopReason"], line.Names());
        Assert.Equal(("", "length"), (line.GetProperty("prompt").GetString(), line.GetProperty("stopReason").GetString()));
        Assert.StartsWith(Story, line.GetProperty("completion").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, Tokens(line).Length);
        Assert.Equal(Beginning, Tokens(line)[..Beginning.Length]);
        var otherEngine = engine is "cpu" ? "torch" : "cpu";
        var other = await App.RunAsync(
            "generate", "--model", RealData.Stories, "--greedy", "--max-tokens", "200", "--engine", otherEngine, "--json");
        Assert.Equal(Tokens(line), Tokens(other.Single()));
        var plain = await App.RunAsync("generate", "--model", RealData.Stories, "--greedy", "--max-tokens", "200", "--engine", engine);
        Assert.StartsWith(Story, plain.Out, StringComparison.Ordinal);
    }

    [RealDataTheory]
    [InlineData(512, 512, false)]
    [InlineData(511, 511, true)]
    public async Task Generate_PromptAtThePositions_IsRefusedWhenNoneIsLeft(int words, int tokens, bool fits)
    {
        // Each of these words is one piece of the model, and BOS is one more.
        var prompt = string.Join(' ', Enumerable.Repeat("time", words - 1));
        var result = await App.RunAsync("generate", "--model", RealData.Stories, "--prompt", prompt, "--greedy", "--json");
        if (fits) Assert.Single(Tokens(result.Single()));
        else Assert.Equal((ExitCode.Usage, true), (result.Code, result.Error.Contains($"{tokens} tokens", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Generate_Seed_DecidesEveryDrawAndCountGivesDifferentOnes()
    {
        string[] args = ["generate", "--model", Pocket, "--prompt", "list 4 fruit words", "--count", "5", "--max-tokens", "6", "--json"];
        var first = await App.RunAsync([.. args, "--seed", "3"]);

        Assert.Equal(first.Out, (await App.RunAsync([.. args, "--seed", "3"])).Out);
        Assert.NotEqual(first.Out, (await App.RunAsync([.. args, "--seed", "4"])).Out);
        Assert.Equal(5, first.Lines().Length);
        Assert.True(first.Lines().Select(line => line.GetProperty("completion").GetString()).Distinct().Count() > 1);
        Assert.All(first.Lines(), line => Assert.InRange(Tokens(line).Length, 1, 6));
    }

    [Fact]
    public async Task Generate_TopKOne_IsGreedy()
    {
        var greedy = await App.RunAsync("generate", "--model", Pocket, "--greedy", "--max-tokens", "8", "--json");
        var first = await App.RunAsync(
            "generate", "--model", Pocket, "--top-k", "1", "--max-tokens", "8", "--json", "--temperature", "1.5");
        Assert.Equal(greedy.Out, first.Out);
        Assert.Equal(greedy.Out, (await App.RunAsync("generate", "--model", Pocket, "--top-p", "1e-6", "--max-tokens", "8", "--json")).Out);
    }

    [Fact]
    public async Task Generate_SeveralEosIds_EndsAtTheFirstOfThemAndKeepsIt()
    {
        string[] args = ["generate", "--model", Pocket, "--prompt", "list 4 fruit words", "--greedy", "--max-tokens", "8", "--json"];
        var whole = Tokens((await App.RunAsync(args)).Single());
        var end = whole[3]; // whatever the untrained model says there
        File.WriteAllText(Path.Combine(Pocket, "generation_config.json"), $$"""{"eos_token_id": [3, {{end}}], "temperature": 0.6}""");

        var line = (await App.RunAsync(args)).Single();

        Assert.Equal("eos", line.GetProperty("stopReason").GetString());
        Assert.Equal(whole[..(Array.IndexOf(whole, end) + 1)], Tokens(line));
    }

    [Fact]
    public async Task Generate_SnapshotOfHuggingFacesCache_IsTheModel()
    {
        var snapshot = Path.Combine(_folder, "snapshots", "revision");
        Directory.CreateDirectory(snapshot);
        foreach (var file in Directory.EnumerateFiles(Pocket).Select(Path.GetFileName))
            File.CreateSymbolicLink(Path.Combine(snapshot, file!), $"../../pocket/{file}");
        string[] args = ["--prompt", "list 4 fruit words", "--greedy", "--max-tokens", "8", "--json"];

        var result = await App.RunAsync(["generate", "--model", snapshot, .. args]);

        Assert.Equal(0, result.Code);
        Assert.Equal((await App.RunAsync(["generate", "--model", Pocket, .. args])).Out, result.Out);
    }

    [Fact]
    public async Task Generate_ForPeople_SeparatesCompletions()
    {
        var result = await App.RunAsync("generate", "--model", Pocket, "--count", "3", "--max-tokens", "3");
        Assert.Equal(2, result.Out.Split('\n').Count(line => line == "---"));
    }

    [Fact]
    public async Task Generate_NoSuchFolder_IsNotFound()
    {
        var result = await App.RunAsync("generate", "--model", Path.Combine(_folder, "absent"), "--json");
        Assert.Equal((ExitCode.NotFound, ""), (result.Code, result.Out));
        Assert.Contains("absent", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_FolderWithoutModel_FailsInOneLine()
    {
        var result = await App.RunAsync("generate", "--model", _folder, "--json");
        Assert.Equal((ExitCode.Failed, ""), (result.Code, result.Out));
        var line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("config.json", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tell me about zebras", "'tell'")]
    [InlineData("<eos>", "'<eos>'")]
    [InlineData("@list", "'@list'")]
    public async Task Generate_WordOutsideTheVocabulary_IsNamed(string prompt, string word)
    {
        var result = await App.RunAsync("generate", "--model", Pocket, "--prompt", prompt, "--json");
        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Out));
        Assert.Contains(word, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_PromptTooLong_GivesBothNumbers()
    {
        var result = await App.RunAsync("generate", "--model", Pocket, "--prompt", string.Join(' ', Enumerable.Repeat("list", Positions)));
        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Out));
        Assert.Contains($"{Positions + 2} tokens", result.Error, StringComparison.Ordinal); // BOS and SEP
        Assert.Contains($"{Positions} positions", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--max-tokens", "0")]
    [InlineData("--max-tokens", "1.5")]
    [InlineData("--temperature", "0")]
    [InlineData("--temperature", "NaN")]
    [InlineData("--temperature", "0,7")]
    [InlineData("--top-k", "-1")]
    [InlineData("--top-p", "0")]
    [InlineData("--top-p", "1.1")]
    [InlineData("--seed", "18446744073709551616")]
    [InlineData("--count", "0")]
    [InlineData("--engine", "gpu")]
    public async Task Generate_BadOption_IsUsageAndNamesTheValue(string option, string value)
    {
        var result = await App.RunAsync("generate", "--model", Pocket, $"{option}={value}", "--json");
        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Out));
        Assert.Contains(value, result.Error.Split('\n')[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_WithoutModel_IsUsage() => Assert.Equal(ExitCode.Usage, (await App.RunAsync("generate")).Code);

    static int[] Tokens(JsonElement line) => [.. line.GetProperty("tokens").EnumerateArray().Select(id => id.GetInt32())];
}
