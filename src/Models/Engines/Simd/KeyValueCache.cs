using System.Runtime.Intrinsics.X86;
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

    /// <summary>Makes room for a new sequence; what was in the cache is lost.</summary>
    public void Reserve(int positions)
    {
        if (positions <= _positions) return;
        _memory?.Dispose();
        _positions = Lanes.RoundUp(positions, Lanes.Count);
        _memory = new NativeBuffer((long)_positions * (_headSize + _paddedHeadSize) * _heads * _layers);
    }

    /// <summary>Keys of one head: blocks (D, 16).</summary>
    public float* Keys(int layer, int head) =>
        _memory!.Pointer + ((long)layer * _heads + head) * _positions * (_headSize + _paddedHeadSize);

    /// <summary>Values of one head: (positions, D rounded up to 16).</summary>
    public float* Values(int layer, int head) => Keys(layer, head) + (long)_positions * _headSize;

    /// <summary>Stores one position of one head.</summary>
    /// <param name="layer">Layer, from 0.</param>
    /// <param name="head">Key/value head, from 0.</param>
    /// <param name="position">Position, from 0.</param>
    /// <param name="key">(D), rotated.</param>
    /// <param name="value">(D).</param>
    public void Store(int layer, int head, int position, float* key, float* value)
    {
        var lane = Keys(layer, head) + (long)(position / Lanes.Count) * Lanes.Count * _headSize + position % Lanes.Count;
        for (var i = 0; i < _headSize; i++) lane[i * Lanes.Count] = key[i];
        new Span<float>(value, _headSize).CopyTo(new Span<float>(Values(layer, head) + (long)position * _paddedHeadSize, _headSize));
    }

    /// <summary>Brings what <see cref="Store"/> is about to write into the first-level cache: a line for each element of a key.</summary>
    /// <param name="layer">Layer, from 0.</param>
    /// <param name="position">Position, from 0.</param>
    public void Fetch(int layer, int position)
    {
        if (!Sse.IsSupported) return;
        for (var head = 0; head < _heads; head++)
        {
            var block = Keys(layer, head) + (long)(position / Lanes.Count) * Lanes.Count * _headSize;
            for (var i = 0; i < _headSize; i++) Sse.Prefetch0(block + i * Lanes.Count);
            var value = Values(layer, head) + (long)position * _paddedHeadSize;
            for (var i = 0; i < _headSize; i += Lanes.Count) Sse.Prefetch0(value + i);
        }
    }

    public void Dispose()
    {
        _memory?.Dispose();
        (_memory, _positions) = (null, 0);
    }
}
