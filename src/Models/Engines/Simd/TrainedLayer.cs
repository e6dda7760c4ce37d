using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The weights of one decoder layer as both ways read them, and where their gradients lie.</summary>
sealed class TrainedLayer : IDisposable
{
    readonly LlamaConfig _config;
    readonly TrunkShape _shape;
    readonly string _prefix;

    /// <param name="config">The model's shape.</param>
    /// <param name="shape">Strides.</param>
    /// <param name="forward">The layer on the way forward; not disposed of here.</param>
    /// <param name="layout">All parameters of the model.</param>
    /// <param name="index">From 0.</param>
    public TrainedLayer(LlamaConfig config, TrunkShape shape, TrunkLayer forward, IReadOnlyList<ParameterSpec> layout, int index)
    {
        (_config, _shape, _prefix, Forward) = (config, shape, $"model.layers.{index}.", forward);
        Offsets = LayerOffsets.Of(layout, index);
        QueryKeyValueBack = new PackedMatrix(config.HiddenSize, config.HiddenSize + 2 * shape.KeyValue);
        AttentionOutputBack = new PackedMatrix(config.HiddenSize, config.HiddenSize);
        GateUpBack = new PackedMatrix(config.HiddenSize, 2 * shape.Intermediate);
        DownBack = new PackedMatrix(config.IntermediateSize, config.HiddenSize);
    }

    /// <summary>The weights on the way forward.</summary>
    public TrunkLayer Forward { get; }
    /// <summary>From query, key and value to the first norm.</summary>
    public PackedMatrix QueryKeyValueBack { get; }
    /// <summary>From the residual stream to the heads' results.</summary>
    public PackedMatrix AttentionOutputBack { get; }
    /// <summary>From gate and up projection to the second norm.</summary>
    public PackedMatrix GateUpBack { get; }
    /// <summary>From the residual stream to the gated unit.</summary>
    public PackedMatrix DownBack { get; }

    /// <summary>Where its gradients are.</summary>
    public LayerOffsets Offsets { get; }

    /// <summary>Copies this layer's weights in.</summary>
    public void Load(ModelWeights weights)
    {
        Forward.Load(weights);
        var (hidden, f) = (_config.HiddenSize, _config.IntermediateSize);
        QueryKeyValueBack.PackTransposed(0, weights[_prefix + "self_attn.q_proj.weight"], hidden);
        QueryKeyValueBack.PackTransposed(hidden, weights[_prefix + "self_attn.k_proj.weight"], hidden);
        QueryKeyValueBack.PackTransposed(hidden + _shape.KeyValue, weights[_prefix + "self_attn.v_proj.weight"], hidden);
        AttentionOutputBack.PackTransposed(0, weights[_prefix + "self_attn.o_proj.weight"], hidden);
        GateUpBack.PackTransposed(0, weights[_prefix + "mlp.gate_proj.weight"], hidden);
        GateUpBack.PackTransposed(_shape.Intermediate, weights[_prefix + "mlp.up_proj.weight"], hidden);
        DownBack.PackTransposed(0, weights[_prefix + "mlp.down_proj.weight"], f);
    }

    public void Dispose()
    {
        foreach (var owned in (IDisposable[])[QueryKeyValueBack, AttentionOutputBack, GateUpBack, DownBack]) owned.Dispose();
    }
}
