using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The keys and values of one sequence in all layers.</summary>
/// <remarks>
/// Layout per layer and key/value head: the keys in blocks of 16 positions, each block (D, 16), so that 16 scores are computed in 16 lanes
/// without a horizontal sum; then the values (positions, D rounded up to 16). Memory is reused from sequence to sequence and never shrinks.
/// </remarks>
sealed unsafe class KeyValueCache(LlamaConfig config) : IDisposable
{
    readonly int _headSize = config.HeadSize, _paddedHeadSize = Lanes.RoundUp(config.HeadSize, Lanes.Count);
    readonly int _heads = config.KeyValueHeads, _layers = config.Layers;
    NativeBuffer? _memory;
    int _positions;

    /// <summary>Floats from one head to the next.</summary>
    long HeadStride => (long)_positions * (_headSize + _paddedHeadSize);

    /// <summary>Makes room for a new sequence; what was in the cache is lost.</summary>
    public void Reserve(int positions)
    {
        if (positions <= _positions) return;
        _memory?.Dispose();
        _positions = Lanes.RoundUp(positions, Lanes.Count);
        _memory = new NativeBuffer(HeadStride * _heads * _layers);
    }

    /// <summary>Keys of one head: blocks (D, 16).</summary>
    public float* Keys(int layer, int head) => _memory!.Pointer + ((long)layer * _heads + head) * HeadStride;

    /// <summary>Values of one head: (positions, D rounded up to 16).</summary>
    public float* Values(int layer, int head) => Keys(layer, head) + (long)_positions * _headSize;

    /// <summary>Stores one position of all heads.</summary>
    /// <param name="layer">Layer, from 0.</param>
    /// <param name="position">Position, from 0.</param>
    /// <param name="key">(heads, D), rotated; D is even.</param>
    /// <param name="value">(heads, D).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Store(int layer, int position, float* key, float* value)
    {
        var lane = Keys(layer, 0) + (long)(position / Lanes.Count) * Lanes.Count * _headSize + position % Lanes.Count;
        var row = Values(layer, 0) + (long)position * _paddedHeadSize;
        for (var head = 0; head < _heads; head++, key += _headSize, value += _headSize, lane += HeadStride, row += HeadStride)
        {
            var target = lane;
            for (var i = 0; i < _headSize; i += 2, target += 2 * Lanes.Count) (target[0], target[Lanes.Count]) = (key[i], key[i + 1]);
            var at = 0;
            for (; at <= _headSize - Vector256<float>.Count; at += Vector256<float>.Count) Vector256.Load(value + at).Store(row + at);
            for (; at < _headSize; at++) row[at] = value[at];
        }
    }

    public void Dispose()
    {
        _memory?.Dispose();
        (_memory, _positions) = (null, 0);
    }
}
