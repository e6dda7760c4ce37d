using System.Text.Json;
using ActorRlhf.Evaluation.Catalogue.MultipleChoice;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.ModelFolders;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Host.Tests.Inquiry;

public sealed class ChoiceBenchTests
{
    static readonly IReadOnlyDictionary<string, string> s_none = new Dictionary<string, string>();
    static readonly float[][] s_twoHalves = [[-1, -0.5f], [-2.5f, -0.25f, -0.25f]];

    [Fact]
    public void Score_LogProbsByHand_AreSummedByChoice()
    {
        IReadOnlyList<TokenSequence> asked = [];
        var bench = new ChoiceBench(new NumberTokenizer(100), 8, sequences =>
        {
            asked = sequences;
            return s_twoHalves;
        }, letters: false);

        // -1 - 0.5 = -1.5 beats -3; by bytes -1.5/5 = -0.3 ("10 11") loses to -3/11 = -0.27 ("20 21 22 zz").
        var result = Assert.Single(bench.Score([Item("7 8", 0, "10 11", "20 21 22 zz")]));

        Assert.Equal([-1.5, -3], result.Line.LogLikelihoods!);
        Assert.Equal((1.0, 0.0), (result.Line.Scores!["acc"].Value, result.Line.Scores["acc_norm"].Value));
        Assert.Equal([7, 8, 20, 21, 22], asked[1].TokenIds);
        Assert.Equal(2, asked[1].PromptLength);
    }

    [Fact]
    public void Score_ItemWithoutRoomOrToken_FailsAloneWithItsReason()
    {
        var bench = new ChoiceBench(new NumberTokenizer(100), 4, sequences => [.. sequences.Select(one => new float[one.CompletionLength])],
            letters: false);

        var results = bench.Score(
        [
            Item("1 2 3", 0, "4", "5 6"), Item("1 2 3", 0, "4", "no number"), new ChoiceItem(2, null, "line 3: wrong"),
            Item("1 2 3", 0, "4", "5"),
        ]);

        Assert.Equal("question and choice have 5 tokens, the model has 4 positions; nothing is truncated", results[0].Line.Error);
        Assert.Equal("choice 1 has no token of its own", results[1].Line.Error);
        Assert.Equal("line 3: wrong", results[2].Line.Error);
        Assert.IsType<ScoredItem>(results[3].Result);
        Assert.All(results.Take(3), one => Assert.IsType<FailedItem>(one.Result));
    }

    [RealDataFact]
    public void Encode_WithSentencePiece_IsWholeMinusContextAndWhatACompletionIs()
    {
        var tokenizer = ModelFolder.LoadToGenerate(RealData.Stories).Tokenizer;
        foreach (var answer in new[] { "Lily", "a big, red ball.", "A", "é", "42" })
        {
            var sequence = ChoiceBench.Encode(tokenizer, "Question: Who was it?\nAnswer:", answer);
            Assert.Equal(tokenizer.EncodePrompt($"Question: Who was it?\nAnswer: {answer}"), sequence.TokenIds);
            Assert.Equal(tokenizer.EncodePrompt("Question: Who was it?\nAnswer:"), sequence.TokenIds[..sequence.PromptLength]);
            // A completion gets the space itself; with a space of its own it would have two.
            Assert.Equal(tokenizer.EncodeCompletion(answer), sequence.TokenIds[sequence.PromptLength..]);
            Assert.NotEqual(tokenizer.EncodeCompletion($" {answer}"), sequence.TokenIds[sequence.PromptLength..]);
        }
    }

    [Fact]
    public void Encode_WithWords_PutsTheAnswerBehindTheSeparator()
    {
        var tokenizer = new WordTokenizer(["Answer:", "no", "yes"]);
        var sequence = ChoiceBench.Encode(tokenizer, "Answer:", "yes");
        Assert.Equal([.. tokenizer.EncodePrompt("Answer:"), .. tokenizer.EncodeCompletion("yes")], sequence.TokenIds);
        Assert.Equal(1, sequence.CompletionLength);
    }

    [RealDataFact]
    public void Score_OfABatch_HasTheBitsOfOneAtATime()
    {
        var model = ModelFolder.LoadToGenerate(RealData.Stories);
        ChoiceItem[] items =
        [
            Item("Who was the little girl?", 0, "Lily", "a big, red ball that was in the park", "Tim"),
            Item("Where did she play?", 1, "in the sky", "in the park"),
            Item("What did she see one day?", 2, "a cat", "a very old house with a red door", "a ball", "nothing", "Tom and his mom"),
        ];
        foreach (var letters in new[] { false, true })
        {
            using var workers = new ComputeWorkers(2);
            using var scorer = new CpuScorer(workers);
            scorer.Load(model.Weights);
            var bench = new ChoiceBench(
                model.Tokenizer, model.Weights.Config.MaxPositions, sequences => scorer.LogProbs(sequences, 1), letters);

            var together = bench.Score(items);

            Assert.Equal(
                items.SelectMany(item => bench.Score([item])[0].Line.LogLikelihoods!).Select(BitConverter.DoubleToInt64Bits),
                together.SelectMany(one => one.Line.LogLikelihoods!).Select(BitConverter.DoubleToInt64Bits));
            Assert.Equal(
                items.Reverse().Select(item => bench.Score([item])[0].Line.Scores!["acc"]),
                bench.Score([.. items.Reverse()]).Select(one => one.Line.Scores!["acc"]));
        }
    }

    /// <summary>The model has large random weights and log-probs that were computed in float64; see its README.</summary>
    [RealDataFact]
    public void Score_OfATinyLlama_IsThatOfTheFloat64Reference()
    {
        var folder = Path.Combine(RealData.Folder!, "tiny-models", "llama");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "reference.json")));
        int[] ids = [.. json.RootElement.GetProperty("inputIds").EnumerateArray().Select(id => id.GetInt32())];
        double[] logProbs = [.. json.RootElement.GetProperty("inputLogProbs").EnumerateArray().Select(one => one.GetDouble())];
        var config = new LlamaConfig
        {
            HiddenSize = 24,
            IntermediateSize = 40,
            Layers = 3,
            Heads = 4,
            KeyValueHeads = 2,
            VocabularySize = 272,
            MaxPositions = 64,
            BosTokenId = 268,
            EosTokenId = 269,
        };
        var weights = ModelWeightsFile.FromFile(
            Path.Combine(folder, "model.safetensors"), config, HeadKind.LanguageModel, "tiny llama");
        using var workers = new ComputeWorkers(1);
        using var scorer = new CpuScorer(workers);
        scorer.Load(weights);
        var bench = new ChoiceBench(
            new NumberTokenizer(config.VocabularySize), config.MaxPositions, sequences => scorer.LogProbs(sequences, 1), letters: false);

        for (var prompt = 1; prompt < ids.Length - 1; prompt++)
        {
            // The first choice is one token, the second all that follow.
            var result = bench.Score([Item(Text(ids[..prompt]), 0, Text(ids[prompt..(prompt + 1)]), Text(ids[prompt..]))])[0];
            // The README allows 1e-4 for float32; a sum of 21 log-probs stays within it.
            Assert.Equal(logProbs[prompt - 1], result.Line.LogLikelihoods![0], 1e-4);
            Assert.Equal(logProbs[(prompt - 1)..].Sum(), result.Line.LogLikelihoods[1], 1e-4);
        }
    }

    static string Text(int[] ids) => string.Join(' ', ids);

    static ChoiceItem Item(string question, int answer, params string[] choices) =>
        new(0, new ChoiceQuestion(question, choices, answer, s_none), null);
}
