using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Worlds;

/// <summary>The policy that a run starts from, before SFT.</summary>
/// <param name="Weights">Gives its weights, which nobody changes; read when they are wanted.</param>
public sealed record PolicyMaterial(LlamaConfig Shape, ITokenizer Tokenizer, Func<ModelWeights> Weights)
{
    /// <summary>A model in memory.</summary>
    public static PolicyMaterial Of((ModelWeights Weights, ITokenizer Tokenizer) model) =>
        new(model.Weights.Config, model.Tokenizer, () => model.Weights);
}
