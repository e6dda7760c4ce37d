using ActorRlhf.Models.Llama;
using ActorRlhf.Models.ModelFolders;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Host.Tests;

/// <summary>A model that was never trained, in a folder.</summary>
static class SmallModel
{
    /// <summary>Writes it.</summary>
    public static void Save(string folder, WordTokenizer tokenizer, int positions)
    {
        var config = new LlamaConfig
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
        };
        ModelFolder.Save(folder, WeightInitialisation.LanguageModel(config, 7), tokenizer);
    }
}
