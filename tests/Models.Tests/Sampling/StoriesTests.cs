using System.Text.Json;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Tests.Files;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Sampling;

/// <summary>
/// The facts published with stories260K, a real pretrained model with head size 8, shared key/value heads and a tied head.
/// </summary>
public sealed class StoriesTests
{
    static readonly int[] Beginning = [1, 403, 407, 261, 378, 432, 383, 286, 261, 376, 298, 315, 421, 395, 317, 426, 338, 401, 396, 267];
    static readonly double[] FirstLogits = [-6.71425, -6.05303, -6.71504, -6.71449, -6.71443, -6.71485, -6.71502, -6.71414];

    [RealDataFact]
    public void Outputs_Reference_GivesThePublishedLogits()
    {
        var weights = Load();
        var logits = new ReferenceLlama(weights).Outputs(Beginning[..4])[^1];
        for (var i = 0; i < FirstLogits.Length; i++) Assert.Equal(FirstLogits[i], logits[i], 6e-6); // published with 5 places
    }

    [RealDataFact]
    public void LogProbs_EveryToken_GiveThePublishedLogits()
    {
        var weights = Load();
        using var workers = new ComputeWorkers(2);
        using var scorer = new CpuScorer(workers);
        scorer.Load(weights);
        var expected = ReferenceLlama.LogProbs(new ReferenceLlama(weights).Outputs(Beginning[..4])[^1], 1);

        var actual = scorer.LogProbs([.. Enumerable.Range(0, 512).Select(id => new TokenSequence([.. Beginning[..4], id], 4))], 1)
            .Select(one => one[0]).ToArray();

        for (var id = 0; id < 512; id++) Assert.Equal(expected[id], actual[id], 3e-5); // down to −21, where float32 steps by 2e-6
        // Log-probs differ from logits by one constant: the differences to the first are the published ones.
        for (var id = 0; id < FirstLogits.Length; id++) Assert.Equal(FirstLogits[id] - FirstLogits[0], actual[id] - actual[0], 1e-4);
    }

    [RealDataFact]
    public void Generate_Greedy_TellsThePublishedStory()
    {
        var weights = Load();
        using var workers = new ComputeWorkers(2);
        using var decoder = new CpuDecoder(workers);
        decoder.Load(weights);
        var options = new SamplingOptions { MaxTokens = 200, EosTokenId = 2, Greedy = true };

        var completion = decoder.Generate([new([1], 0, 0)], options)[0];

        Assert.Equal(Beginning[1..], completion.TokenIds[..19]);
        Assert.Equal(200, completion.TokenIds.Length);
        // Forty copies beside other prompts, and any part of the story as the prompt, go on in the same way.
        SampleRequest[] prompts = [
            .. Enumerable.Range(0, 40).Select(i => new SampleRequest([1, .. completion.TokenIds[..(i * 4)]], 0, (uint)i))];
        var others = decoder.Generate(prompts, options);
        for (var i = 0; i < 40; i++) Assert.Equal(completion.TokenIds[(i * 4)..], others[i].TokenIds[..(200 - i * 4)]);
    }

    [RealDataFact]
    public void Generate_Greedy200Tokens_AreTheReferencesChoices()
    {
        var weights = Load();
        using var workers = new ComputeWorkers(2);
        using var decoder = new CpuDecoder(workers);
        decoder.Load(weights);
        var completion = decoder.Generate([new([1], 0, 0)], new SamplingOptions { MaxTokens = 200, EosTokenId = 2, Greedy = true })[0];

        var logits = new ReferenceLlama(weights).Outputs([1, .. completion.TokenIds[..^1]]);

        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(Array.IndexOf(logits[i], logits[i].Max()), completion.TokenIds[i]);
            Assert.Equal(ReferenceLlama.LogProbs(logits[i], 1)[completion.TokenIds[i]], completion.LogProbs[i], 1e-5);
        }
    }

    /// <summary>The model.</summary>
    static ModelWeights Load()
    {
        var config = new LlamaConfig
        {
            HiddenSize = 64,
            IntermediateSize = 172,
            Layers = 5,
            Heads = 8,
            KeyValueHeads = 4,
            VocabularySize = 512,
            MaxPositions = 512,
            TieWordEmbeddings = true,
        };
        var weights = new ModelWeights(config, HeadKind.LanguageModel);
        var file = File.ReadAllBytes(Path.Combine(RealData.Stories, "model.safetensors"));
        var headerLength = (int)BitConverter.ToUInt64(file);
        using var header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        foreach (var parameter in weights.Layout)
        {
            var offsets = header.RootElement.GetProperty(parameter.Name).GetProperty("data_offsets");
            Buffer.BlockCopy(file, 8 + headerLength + offsets[0].GetInt32(), weights.Data,
                parameter.Offset * sizeof(float), parameter.Length * sizeof(float));
        }
        return weights;
    }
}
