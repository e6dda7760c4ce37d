using System.Runtime.InteropServices;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ActorRlhf.Models.Engines.Torch;

/// <summary>One replica of a Llama model on a libtorch device: forward with gradients, or with a key/value cache.</summary>
/// <remarks>
/// Paper: Touvron et al. 2023, <i>LLaMA</i> (arXiv 2302.13971); grouped-query attention of Ainslie et al. 2023. Reference code:
/// Hugging Face <c>modeling_llama.py</c>; the names and the rotate-half convention of the rotary embedding are theirs. How we
/// differ: sequences are right-padded and start at position 0, so the causal mask alone hides padding; the head runs only on
/// the positions asked for; a scalar head with bias makes the same trunk a reward model or a critic. Legend: <see cref="LlamaConfig"/>.
/// One thread at a time. Every method leaves its result to the caller's dispose scope.
/// </remarks>
sealed class LlamaNetwork : IDisposable
{
    readonly LlamaConfig _config;
    readonly HeadKind _head;
    readonly Device _device;
    readonly IReadOnlyList<ParameterSpec> _layout;
    readonly Tensor[] _parameters;                    // one per entry of _layout, leaves of the graph
    readonly Layer[] _layers;
    readonly Tensor _embedding, _norm, _output, _cos, _signedSin;
    readonly Tensor? _outputBias;
    // held: a temporary Scalar may be finalised while native code reads it; + and square() make one
    readonly Scalar _epsilon, _one;

    // Two of libtorch's own threads do not give the bits of one, and they collapse when the machine is shared.
    static LlamaNetwork() => set_num_threads(1);

    /// <summary>Creates a replica with zero weights.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="head">Language model or scalar.</param>
    /// <param name="device">Where the tensors live.</param>
    public LlamaNetwork(LlamaConfig config, HeadKind head, Device device)
    {
        (_config, _head, _device, _layout) = (config, head, device, ModelLayout.Of(config, head));
        (_epsilon, _one) = (config.RmsNormEpsilon.ToScalar(), 1.ToScalar());
        using var scope = NewDisposeScope();
        _parameters = [.. _layout.Select(p =>
            zeros([.. p.Shape.Select(size => (long)size)], float32, device).requires_grad_().DetachFromDisposeScope())];
        Tensor Parameter(string name) => _parameters[_layout.Index().First(entry => entry.Item.Name == name).Index];

        _embedding = Parameter(ModelLayout.Embedding);
        _layers = [.. Enumerable.Range(0, config.Layers).Select(i => Layer.Of(suffix => Parameter($"model.layers.{i}.{suffix}.weight")))];
        _norm = Parameter("model.norm.weight");
        _output = head is HeadKind.Scalar ? Parameter(ModelLayout.ScoreWeight)
            : config.TieWordEmbeddings ? _embedding : Parameter(ModelLayout.LanguageModelHead);
        _outputBias = head is HeadKind.Scalar ? Parameter(ModelLayout.ScoreBias) : null;

        var (cos, signedSin) = RotaryTables(config);
        _cos = tensor(cos, [config.MaxPositions, 1, config.HeadSize], device: device).DetachFromDisposeScope();
        _signedSin = tensor(signedSin, [config.MaxPositions, 1, config.HeadSize], device: device).DetachFromDisposeScope();
    }

    /// <summary>The model's shape.</summary>
    public LlamaConfig Config => _config;

    /// <summary>The device of every tensor.</summary>
    public Device Device => _device;

    /// <summary>Copies weights in.</summary>
    /// <exception cref="ArgumentException">
    /// The weights have another configuration or head; an equal number of parameters is not enough.
    /// </exception>
    public void Load(ModelWeights weights)
    {
        weights.ThrowUnlessFor(_config, _head);
        using var off = no_grad();
        using var scope = NewDisposeScope();
        for (var i = 0; i < _parameters.Length; i++)
        {
            var source = weights.Data.AsSpan(_layout[i].Offset, _layout[i].Length);
            if (_device.type == DeviceType.CPU) source.CopyTo(MemoryMarshal.Cast<byte, float>(_parameters[i].bytes));
            else _parameters[i].copy_(tensor(source.ToArray(), _parameters[i].shape, device: _device));
        }
    }

    /// <summary>Forgets all gradients.</summary>
    public void ZeroGradients()
    {
        foreach (var parameter in _parameters) parameter.grad = null;
    }

    /// <summary>Adds the gradients of the last backward passes to a flat array in the order of <see cref="ModelLayout"/>.</summary>
    /// <param name="sum">As long as <see cref="ModelWeights.Data"/>, float32.</param>
    public void AddGradientsTo(Span<float> sum)
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            using var gradient = _parameters[i].grad;
            if (gradient is null) continue;
            using var onHost = gradient.cpu();
            using var contiguous = onHost.contiguous();
            var target = sum.Slice(_layout[i].Offset, _layout[i].Length);
            VectorMath.Add(MemoryMarshal.Cast<byte, float>(contiguous.bytes), target);
        }
    }

    /// <summary>The trunk: hidden states after the last norm.</summary>
    /// <param name="ids">(B, T) int64, right-padded.</param>
    /// <returns>(B, T, C) float32.</returns>
    public Tensor Hidden(Tensor ids)
    {
        var time = ids.shape[1];
        return Trunk(ids, _cos.narrow(0, 0, time), _signedSin.narrow(0, 0, time), (_, q, k, v) =>
            F.scaled_dot_product_attention(q, Repeat(k), Repeat(v), is_casual: true));
    }

    /// <summary>The trunk for one further token of every row, reading and writing a cache.</summary>
    /// <param name="ids">(B, T) int64: T tokens that stand at positions <paramref name="positions"/> + 0 … T − 1.</param>
    /// <param name="positions">(B) int64, position of each row's first token.</param>
    /// <param name="cache">Keys and values of earlier positions.</param>
    /// <returns>(B, T, C) float32.</returns>
    public Tensor Hidden(Tensor ids, Tensor positions, KeyValueCache cache)
    {
        var (batch, time) = (ids.shape[0], ids.shape[1]);
        var at = positions.unsqueeze(1).add(Indices(time), _one);                                        // (B, T)
        Tensor Rows(Tensor table) => table.index_select(0, at.reshape(-1)).view(batch, time, 1, _config.HeadSize);
        var visible = Indices(cache.Length).view(1, 1, 1, -1) <= at.view(batch, 1, time, 1); // (B, 1, T, L)
        return Trunk(ids, Rows(_cos), Rows(_signedSin), (layer, q, k, v) =>
        {
            var (keys, values) = cache.Write(layer, at, k, v);
            return F.scaled_dot_product_attention(q, Repeat(keys), Repeat(values), visible);
        });
    }

    /// <summary>The head on chosen rows of hidden states.</summary>
    /// <param name="hidden">(R, C) float32.</param>
    /// <returns>(R, V) logits, or (R, 1) scores for a scalar head.</returns>
    public Tensor Head(Tensor hidden) => F.linear(hidden, _output, _outputBias);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var parameter in _parameters) parameter.Dispose();
        _cos.Dispose();
        _signedSin.Dispose();
        _epsilon.Dispose();
        _one.Dispose();
    }

    Tensor Trunk(Tensor ids, Tensor cos, Tensor signedSin, Func<int, Tensor, Tensor, Tensor, Tensor> attend)
    {
        var (batch, time, c) = (ids.shape[0], ids.shape[1], (long)_config.HiddenSize);
        long heads = _config.Heads, keyValueHeads = _config.KeyValueHeads, size = _config.HeadSize;
        Tensor Rotate(Tensor x) => addcmul(x * cos, x.roll(size / 2, -1L), signedSin, _one);

        var x = _embedding.index_select(0, ids.reshape(-1)).view(batch, time, c);                        // (B, T, C)
        for (var i = 0; i < _layers.Length; i++)
        {
            var layer = _layers[i];
            var h = Normalise(x, layer.AttentionNorm);
            var q = Rotate(F.linear(h, layer.Query).view(batch, time, heads, size)).transpose(1, 2);        // (B, H, T, D)
            var k = Rotate(F.linear(h, layer.Key).view(batch, time, keyValueHeads, size)).transpose(1, 2);  // (B, K, T, D)
            var v = F.linear(h, layer.Value).view(batch, time, keyValueHeads, size).transpose(1, 2);        // (B, K, T, D)
            var attended = attend(i, q, k, v).transpose(1, 2).reshape(batch, time, c);                      // (B, T, C)
            x = x.add(F.linear(attended, layer.Output), _one);
            h = Normalise(x, layer.FeedForwardNorm);
            x = x.add(F.linear(F.silu(F.linear(h, layer.Gate)) * F.linear(h, layer.Up), layer.Down), _one);
        }
        return Normalise(x, _norm);
    }

    Tensor Normalise(Tensor x, Tensor weight) => x * rsqrt((x * x).mean([-1L], true).add(_epsilon, _one)) * weight;

    Tensor Repeat(Tensor keyValue) =>
        _config.Heads == _config.KeyValueHeads ? keyValue : keyValue.repeat_interleave(_config.Heads / _config.KeyValueHeads, 1);

    Tensor Indices(long count) => tensor([.. Enumerable.Range(0, (int)count).Select(i => (long)i)], device: _device);

    static (float[] Cos, float[] SignedSin) RotaryTables(LlamaConfig config)
    {
        var half = config.HeadSize / 2;
        var cos = new float[config.MaxPositions * config.HeadSize];
        var signedSin = new float[cos.Length];
        for (var t = 0; t < config.MaxPositions; t++)
            for (var i = 0; i < half; i++)
            {
                var angle = t * Math.Pow(config.RopeTheta, -2.0 * i / config.HeadSize);
                var at = t * config.HeadSize + i;
                cos[at] = cos[at + half] = (float)Math.Cos(angle);
                signedSin[at + half] = (float)Math.Sin(angle);
                signedSin[at] = -signedSin[at + half];
            }
        return (cos, signedSin);
    }

    sealed record Layer(Tensor AttentionNorm, Tensor Query, Tensor Key, Tensor Value,
        Tensor Output, Tensor FeedForwardNorm, Tensor Gate, Tensor Up, Tensor Down)
    {
        public static Layer Of(Func<string, Tensor> parameter) => new(
            parameter("input_layernorm"), parameter("self_attn.q_proj"), parameter("self_attn.k_proj"),
            parameter("self_attn.v_proj"), parameter("self_attn.o_proj"),
            parameter("post_attention_layernorm"), parameter("mlp.gate_proj"), parameter("mlp.up_proj"), parameter("mlp.down_proj"));
    }
}
