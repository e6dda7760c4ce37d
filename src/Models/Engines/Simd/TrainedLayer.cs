using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The weights of one decoder layer as both ways read them, and where their gradients go.</summary>
sealed unsafe class TrainedLayer : IDisposable
{
    /// <summary>Finds the gradient of a parameter by its name.</summary>
    public delegate float* GradientOf(string name);

    readonly LlamaConfig _config;
    readonly TrunkShape _shape;
    readonly string _prefix;

    public TrainedLayer(LlamaConfig config, TrunkShape shape, int index, GradientOf gradient)
    {
        (_config, _shape, _prefix, Forward) = (config, shape, $"model.layers.{index}.", new TrunkLayer(config, shape, index));
        QueryKeyValueBack = new PackedMatrix(config.HiddenSize, config.HiddenSize + 2 * shape.KeyValue);
        AttentionOutputBack = new PackedMatrix(config.HiddenSize, config.HiddenSize);
        GateUpBack = new PackedMatrix(config.HiddenSize, 2 * shape.Intermediate);
        DownBack = new PackedMatrix(config.IntermediateSize, config.HiddenSize);
        (DAttentionNorm, DFeedForwardNorm) = (new NativeBuffer(shape.Hidden), new NativeBuffer(shape.Hidden));
        DQuery = gradient(_prefix + "self_attn.q_proj.weight");
        DKey = gradient(_prefix + "self_attn.k_proj.weight");
        DValue = gradient(_prefix + "self_attn.v_proj.weight");
        DAttentionOutput = gradient(_prefix + "self_attn.o_proj.weight");
        DGate = gradient(_prefix + "mlp.gate_proj.weight");
        DUp = gradient(_prefix + "mlp.up_proj.weight");
        DDown = gradient(_prefix + "mlp.down_proj.weight");
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

    /// <summary>Name of the first norm's weight.</summary>
    public string AttentionNormName => _prefix + "input_layernorm.weight";
    /// <summary>Name of the second norm's weight.</summary>
    public string FeedForwardNormName => _prefix + "post_attention_layernorm.weight";
    /// <summary>Gradient of the first norm's weight, in whole vectors.</summary>
    public NativeBuffer DAttentionNorm { get; }
    /// <summary>Gradient of the second norm's weight, in whole vectors.</summary>
    public NativeBuffer DFeedForwardNorm { get; }

    public float* DQuery { get; }
    public float* DKey { get; }
    public float* DValue { get; }
    public float* DAttentionOutput { get; }
    public float* DGate { get; }
    public float* DUp { get; }
    public float* DDown { get; }

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

    /// <summary>Forgets the norms' gradients; the others are the trunk's.</summary>
    public void ZeroGradients()
    {
        DAttentionNorm.Span.Clear();
        DFeedForwardNorm.Span.Clear();
    }

    public void Dispose()
    {
        foreach (var owned in (IDisposable[])
            [Forward, QueryKeyValueBack, AttentionOutputBack, GateUpBack, DownBack, DAttentionNorm, DFeedForwardNorm])
            owned.Dispose();
    }
}
