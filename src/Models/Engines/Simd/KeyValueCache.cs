using System.Runtime.CompilerServices;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The keys and values of one sequence in all layers.</summary>
/// <remarks>
/// Layout per layer: the keys in blocks of 16 positions, each block (K, D / 2, 16, 2): two elements of eight positions in a vector, so
/// that scores are computed in lanes, a query's elements are broadcast for two vectors at once, and a position is stored into half as
/// many cache lines as if its elements lay apart. Then the values (positions, K, D rounded up to 16). All heads of a position lie
/// together, so that a token's attention reads from front to back. Memory is reused from sequence to sequence and never shrinks.
/// </remarks>
sealed unsafe class KeyValueCache(LlamaConfig config) : IDisposable
{
    readonly int _headSize = config.HeadSize, _paddedHeadSize = Lanes.RoundUp(config.HeadSize, Lanes.Count);
    readonly int _heads = config.KeyValueHeads, _layers = config.Layers;
    NativeBuffer? _memory;
    float* _keys, _values;                            // of the first layer
    long _layerStride;
    int _positions;

    /// <summary>Makes room for a new sequence; what was in the cache is lost.</summary>
    public void Reserve(int positions)
    {
        if (positions <= _positions) return;
        _memory?.Dispose();
        _positions = Lanes.RoundUp(positions, Lanes.Count);
        _layerStride = (long)_positions * _heads * (_headSize + _paddedHeadSize);
        _memory = new NativeBuffer(_layerStride * _layers);
        _keys = _memory.Pointer;
        _values = _keys + (long)_positions * _heads * _headSize;
    }

    /// <summary>Keys of all heads: blocks (K, D / 2, 16, 2).</summary>
    public float* Keys(int layer) => _keys + layer * _layerStride;

    /// <summary>Values of all heads: (positions, K, D rounded up to 16).</summary>
    public float* Values(int layer) => _values + layer * _layerStride;

    /// <summary>Stores one position of all heads.</summary>
    /// <param name="layer">Layer, from 0.</param>
    /// <param name="position">Position, from 0.</param>
    /// <param name="key">(K, D), rotated; D is even.</param>
    /// <param name="value">(K, D).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Store(int layer, int position, float* key, float* value)
    {
        int width = _heads * _headSize, lane = position % Lanes.Count;
        ulong* pairs = (ulong*)key, target = (ulong*)(Keys(layer) + (long)(position - lane) * width) + lane;
        for (var i = 0; i < width / 2; i++, target += Lanes.Count) *target = pairs[i];
        var row = Values(layer) + (long)position * _heads * _paddedHeadSize;
        if (_headSize == _paddedHeadSize) PanelProduct.Copy(value, width, row, width, 1, width);
        else PanelProduct.Copy(value, _headSize, row, _paddedHeadSize, _heads, _headSize);
    }

    public void Dispose()
    {
        _memory?.Dispose();
        (_memory, _positions) = (null, 0);
        _keys = _values = null;
    }
}
