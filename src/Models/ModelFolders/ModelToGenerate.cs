using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.ModelFolders;

/// <summary>A language model with all that generating needs.</summary>
/// <param name="Weights">The policy.</param>
/// <param name="EosTokenIds">Each of them ends a completion; at least one.</param>
public sealed record ModelToGenerate(ModelWeights Weights, ITokenizer Tokenizer, IReadOnlyList<int> EosTokenIds)
{
    /// <summary>A model whose texts end as its tokenizer says and not otherwise.</summary>
    public static ModelToGenerate Of((ModelWeights Weights, ITokenizer Tokenizer) model) =>
        new(model.Weights, model.Tokenizer, [model.Tokenizer.EosTokenId]);
}
