using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Sampling;

/// <summary>Small models, prompts and options.</summary>
static class Some
{
    /// <summary>A shape without a round number in it: head size 6, two query heads to a key/value head.</summary>
    public static LlamaConfig OddShape => Shape(hidden: 24, intermediate: 19, heads: 4, keyValueHeads: 2, vocabulary: 37);

    /// <summary>The shape of the Pocket world's policy.</summary>
    public static LlamaConfig PocketShape => Shape(hidden: 64, intermediate: 192, heads: 4, keyValueHeads: 4, vocabulary: 210);

    public static LlamaConfig Shape(
        int hidden, int intermediate, int heads, int keyValueHeads, int vocabulary, bool tied = false, int layers = 2) => new()
        {
            HiddenSize = hidden,
            IntermediateSize = intermediate,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            VocabularySize = vocabulary,
            MaxPositions = 200,
            TieWordEmbeddings = tied,
        };

    /// <summary>
    /// Normal weights, norms around 1; large enough that attention and the distribution over tokens are far from uniform.
    /// </summary>
    public static ModelWeights Weights(LlamaConfig config, HeadKind head = HeadKind.LanguageModel, ulong seed = 1)
    {
        var weights = new ModelWeights(config, head);
        for (var i = 0; i < weights.Layout.Count; i++)
        {
            var random = Purpose.PolicyInitialisation.Draws(seed, 0, (uint)i);
            var (mean, deviation) = weights.Layout[i].Name.Contains("norm") ? (1, .2) : (0, 1 / Math.Sqrt(config.HiddenSize));
            foreach (ref var element in weights[weights.Layout[i].Name]) element = (float)(mean + deviation * random.Normal());
        }
        return weights;
    }

    /// <summary>Random token ids.</summary>
    public static int[] Tokens(LlamaConfig config, int length, int sample)
    {
        var random = Purpose.RolloutPrompts.Draws(7, 0, (uint)sample);
        return [.. Enumerable.Range(0, length).Select(_ => random.Integer(config.VocabularySize))];
    }

    /// <summary>Requests with prompts of 1 to 23 tokens.</summary>
    public static SampleRequest[] Requests(LlamaConfig config, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new SampleRequest(Tokens(config, 1 + i * 7 % 23, i), Step: 3, Sample: (uint)i))];

    public static SamplingOptions Options(int maxTokens = 20, double temperature = 1) =>
        new() { MaxTokens = maxTokens, EosTokenId = 2, Seed = 11, Temperature = temperature };
}
