using ActorRlhf.Models.ModelFolders;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Host.Inquiry;

/// <summary>How somebody wants a model to write; what it leaves open the model says.</summary>
/// <param name="MaxTokens">Most tokens of a completion.</param>
/// <param name="Seed">Decides every draw.</param>
/// <param name="Temperature">Divides the logits.</param>
/// <param name="TopK">Draw from so many most likely tokens; 0 for all.</param>
/// <param name="TopP">Draw from the fewest that have this probability together.</param>
/// <param name="Greedy">Always the most likely token.</param>
sealed record SamplingChoice(
    int MaxTokens = 256, ulong Seed = 0, double Temperature = 1, int TopK = 0, double TopP = 1, bool Greedy = false)
{
    /// <summary>The same for a model.</summary>
    public SamplingOptions For(ModelToGenerate model) => new()
    {
        MaxTokens = MaxTokens,
        EosTokenId = model.EosTokenIds[0],
        MoreEosTokenIds = [.. model.EosTokenIds.Skip(1)],
        VocabularySize = model.Tokenizer.VocabularySize,
        Seed = Seed,
        Temperature = Temperature,
        TopK = TopK,
        TopP = TopP,
        Greedy = Greedy,
    };
}
