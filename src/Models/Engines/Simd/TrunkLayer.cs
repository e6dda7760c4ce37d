using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The packed weights of one decoder layer.</summary>
sealed class TrunkLayer(LlamaConfig config, TrunkShape shape, int index) : IDisposable
{
    readonly string _prefix = $"model.layers.{index}.";

    /// <summary>Norm before attention, (C).</summary>
    public NativeBuffer AttentionNorm { get; } = new(shape.Hidden);
    /// <summary>Query, key and value.</summary>
    public PackedMatrix QueryKeyValue { get; } = new(config.HiddenSize + 2 * shape.KeyValue, config.HiddenSize);
    /// <summary>Output of attention.</summary>
    public PackedMatrix AttentionOutput { get; } = new(config.HiddenSize, config.HiddenSize);
    /// <summary>Norm before the feed-forward part, (C).</summary>
    public NativeBuffer FeedForwardNorm { get; } = new(shape.Hidden);
    /// <summary>Gate, and the up projection from <see cref="TrunkShape.Intermediate"/> on.</summary>
    public PackedMatrix GateUp { get; } = new(2 * shape.Intermediate, config.HiddenSize);
    /// <summary>Down projection.</summary>
    public PackedMatrix Down { get; } = new(config.HiddenSize, config.IntermediateSize);

    /// <summary>Copies this layer's weights in.</summary>
    public void Load(ModelWeights weights)
    {
        weights[_prefix + "input_layernorm.weight"].CopyTo(AttentionNorm.Span);
        QueryKeyValue.Pack(0, weights[_prefix + "self_attn.q_proj.weight"]);
        QueryKeyValue.Pack(config.HiddenSize, weights[_prefix + "self_attn.k_proj.weight"]);
        QueryKeyValue.Pack(config.HiddenSize + shape.KeyValue, weights[_prefix + "self_attn.v_proj.weight"]);
        AttentionOutput.Pack(0, weights[_prefix + "self_attn.o_proj.weight"]);
        weights[_prefix + "post_attention_layernorm.weight"].CopyTo(FeedForwardNorm.Span);
        GateUp.Pack(0, weights[_prefix + "mlp.gate_proj.weight"]);
        GateUp.Pack(shape.Intermediate, weights[_prefix + "mlp.up_proj.weight"]);
        Down.Pack(0, weights[_prefix + "mlp.down_proj.weight"]);
    }

    public void Dispose()
    {
        AttentionNorm.Dispose();
        QueryKeyValue.Dispose();
        AttentionOutput.Dispose();
        FeedForwardNorm.Dispose();
        GateUp.Dispose();
        Down.Dispose();
    }
}
