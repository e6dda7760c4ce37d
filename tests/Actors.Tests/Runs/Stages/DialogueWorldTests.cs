using System.Text;
using System.Text.Json;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Tests.Runs.Stages;

/// <summary>What the world of dialogues refuses, and by which key: before a run begins, and with the figures that help.</summary>
public sealed class DialogueWorldTests
{
    const int Positions = 24;
    static readonly string[] s_words = ["Human:", "Assistant:", "yes", "no", .. Enumerable.Range(0, 40).Select(i => $"w{i}")];

    [Fact]
    public void New_OneDistinctPrompt_SaysSo()
    {
        var problem = Refusal([.. Enumerable.Range(0, 40).Select(i => Pair("w0", $"yes w{i}"))]);

        Assert.Equal("data.path", problem.Key);
        Assert.Contains("its 40 dialogues have 1 distinct prompt", problem.Expected);
    }

    [Fact]
    public void New_EveryPromptIsTooLong_NamesTheKeyThatTookThemAndTheirLength()
    {
        // BOS, 'Human:', three words, 'Assistant:' and SEP are 7 tokens.
        var problem = Refusal(
            [.. Enumerable.Range(0, 40).Select(i => Pair($"w{i} w0 w0", "yes"))], "data.truncation=skip", "data.maxPromptTokens=6");

        Assert.Equal(("data.maxPromptTokens", "6"), (problem.Key, problem.Value));
        Assert.Contains("data.truncation 'skip' left out 40 of 40 dialogues", problem.Expected);
        Assert.Contains("whose shortest prompt has 7 tokens", problem.Expected);
    }

    [Theory]
    [InlineData("data.trainingShare", "training 0", "data.trainingShare=1e-9", "data.rlShare=0.5")]
    [InlineData("data.rlShare", "RL 0", "data.rlShare=1e-9")]
    [InlineData("data.rlShare", "evaluation 0", "data.trainingShare=0.5", "data.rlShare=0.4999999999")]
    public void New_ShareLeavesNothing_NamesItAndWhatEachSetGot(string key, string got, params string[] overrides)
    {
        var problem = Refusal([.. Enumerable.Range(0, 40).Select(i => Pair($"w{i}", "yes"))], overrides);

        Assert.Equal(key, problem.Key);
        Assert.Contains("the file's 40 dialogues have 40 distinct prompts", problem.Expected);
        Assert.Contains(got, problem.Expected);
    }

    [Theory]
    [InlineData("data.maxPromptTokens", "at most 18", "data.maxPromptTokens=19")]
    [InlineData("sampling.maxTokens", "at most 22", "sampling.maxTokens=23")]
    public void New_MoreTokensThanThePositionsOfTheModel_NamesTheKey(string key, string allowed, params string[] overrides)
    {
        var problem = Refusal([Pair("w0", "yes")], overrides);
        Assert.Equal(key, problem.Key);
        Assert.StartsWith(allowed, problem.Expected);
    }

    [Fact]
    public void Notes_Always_CountTheDistinctPrompts() =>
        Assert.Contains(
            "80 dialogues with 40 distinct prompts read, 0 lines left out",
            World([.. Enumerable.Range(0, 80).Select(i => Pair($"w{i % 40}", i < 40 ? "yes" : "yes yes"))]).Notes);

    static string Pair(string prompt, string chosen)
    {
        var dialogue = $"\n\nHuman: {prompt}\n\nAssistant:";
        return JsonSerializer.Serialize(new { chosen = $"{dialogue} {chosen}", rejected = $"{dialogue} no" });
    }

    static RecipeProblem Refusal(string[] lines, params string[] overrides) =>
        Assert.Single(Assert.Throws<RecipeException>(() => World(lines, overrides)).Problems);

    static DialogueWorld World(string[] lines, params string[] overrides)
    {
        var tokenizer = new WordTokenizer(s_words);
        var shape = new LlamaConfig
        {
            HiddenSize = 4,
            IntermediateSize = 4,
            Layers = 1,
            Heads = 1,
            KeyValueHeads = 1,
            VocabularySize = tokenizer.VocabularySize,
            MaxPositions = Positions,
            BosTokenId = tokenizer.BosTokenId,
            EosTokenId = tokenizer.EosTokenId,
        };
        var recipe = RecipeReader.Parse(
            "world: {kind: hh-rlhf}\ndata: {path: pairs.jsonl, maxPromptTokens: 12}\nsampling: {maxTokens: 6}\npolicy: {path: model}\n",
            "r", overrides, checkPaths: false);
        return new DialogueWorld(recipe, new PolicyMaterial(shape, tokenizer, () => WeightInitialisation.LanguageModel(shape, 1)),
            new WorldSource("pairs.jsonl", () => Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }
}
