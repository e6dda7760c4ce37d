using ActorRlhf.Models.Llama;
using ActorRlhf.Models.ModelFolders;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Host.Tests;

/// <summary>A model that was never trained, in a folder.</summary>
static class SmallModel
{
    /// <summary>Writes it.</summary>
    public static void Save(string folder, WordTokenizer tokenizer, int positions) => ModelFolder.Save(folder, WeightInitialisation.LanguageModel(new LlamaConfig
    {
        HiddenSize = 16,
        IntermediateSize = 32,
        Layers = 1,
        Heads = 2,
        KeyValueHeads = 1,
        VocabularySize = tokenizer.VocabularySize,
        MaxPositions = positions,
        BosTokenId = tokenizer.BosTokenId,
        EosTokenId = tokenizer.EosTokenId,
    }, 7), tokenizer);
}
