using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Llama;

/// <summary>The smallest model that has everything: grouped queries, two layers, a closed vocabulary.</summary>
static class Tiny
{
    public static WordTokenizer Tokenizer { get; } = new(["how", "many", "apples", "are", "left", "####", "7", "sorry"]);

    public static LlamaConfig Config { get; } = new()
    {
        HiddenSize = 8,
        IntermediateSize = 12,
        Layers = 2,
        Heads = 2,
        KeyValueHeads = 1,
        VocabularySize = 12,
        MaxPositions = 64,
        RmsNormEpsilon = 1e-6,
        RopeTheta = 12345.5,
        BosTokenId = 1,
        EosTokenId = 3,
    };

    public static ModelWeights Weights(HeadKind head = HeadKind.LanguageModel, LlamaConfig? config = null)
    {
        var weights = new ModelWeights(config ?? Config, head);
        var random = Purpose.PolicyInitialisation.Draws(3);
        for (var i = 0; i < weights.Data.Length; i++) weights.Data[i] = (float)random.Normal();
        return weights;
    }
}
