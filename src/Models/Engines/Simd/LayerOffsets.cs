using ActorRlhf.Models.Llama;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>Where the parameters of a decoder layer begin in the layout of the weights.</summary>
/// <param name="QueryKeyValue">Query, key and value lie one behind the other, like rows of one matrix.</param>
readonly record struct LayerOffsets(
    int AttentionNorm, int QueryKeyValue, int AttentionOutput, int FeedForwardNorm, int Gate, int Up, int Down)
{
    /// <summary>Of one layer.</summary>
    /// <param name="layout">All parameters.</param>
    /// <param name="layer">From 0.</param>
    public static LayerOffsets Of(IReadOnlyList<ParameterSpec> layout, int layer)
    {
        int At(string name) => layout.Single(parameter => parameter.Name == $"model.layers.{layer}.{name}.weight").Offset;
        return new LayerOffsets(At("input_layernorm"), At("self_attn.q_proj"), At("self_attn.o_proj"),
            At("post_attention_layernorm"), At("mlp.gate_proj"), At("mlp.up_proj"), At("mlp.down_proj"));
    }
}
