using ActorRlhf.Models.Llama;
using static TorchSharp.torch;

namespace ActorRlhf.Models.Engines.Torch;

/// <summary>Keys and values of one batch on a libtorch device, preallocated; each row is written at its own positions.</summary>
/// <remarks>What lies beyond a row's position is never looked at, so right-padded prompts may leave anything there.</remarks>
sealed class KeyValueCache : IDisposable
{
    readonly Tensor[] _keys, _values;                 // per layer (B, K, L, D)

    /// <param name="config">The model's shape.</param>
    /// <param name="batch">B, number of rows.</param>
    /// <param name="length">L, most positions of a row.</param>
    /// <param name="device">Where the tensors live.</param>
    public KeyValueCache(LlamaConfig config, int batch, int length, Device device)
    {
        Length = length;
        Tensor Empty() => zeros([batch, config.KeyValueHeads, length, config.HeadSize], float32, device).DetachFromDisposeScope();
        _keys = [.. Enumerable.Range(0, config.Layers).Select(_ => Empty())];
        _values = [.. Enumerable.Range(0, config.Layers).Select(_ => Empty())];
    }

    /// <summary>L, most positions of a row.</summary>
    public int Length { get; }

    /// <summary>Writes new keys and values of one layer and returns all of them.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="at">(B, T) int64 positions.</param>
    /// <param name="keys">(B, K, T, D).</param>
    /// <param name="values">(B, K, T, D).</param>
    /// <returns>Two tensors (B, K, L, D).</returns>
    internal (Tensor Keys, Tensor Values) Write(int layer, Tensor at, Tensor keys, Tensor values)
    {
        var index = at.view(at.shape[0], 1, at.shape[1], 1).expand(keys.shape);
        _keys[layer].scatter_(2, index, keys);
        _values[layer].scatter_(2, index, values);
        return (_keys[layer], _values[layer]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values)) tensor.Dispose();
    }
}
