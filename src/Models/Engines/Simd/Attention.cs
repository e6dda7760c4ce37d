using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>Causal attention of one query over the cached positions of its sequence, in three parts.</summary>
/// <remarks>
/// Each part is done for all heads before the next, because the heads'
/// chains of dependent operations then overlap in the processor.
/// </remarks>
static unsafe class Attention
{
    /// <summary>scores = query · keysᵀ · scale; −∞ beyond the count.</summary>
    /// <param name="query">(D), rotated; D is even.</param>
    /// <param name="keys">Blocks of 16 positions, each (D, 16).</param>
    /// <param name="count">Positions that the query sees, its own included.</param>
    /// <param name="headSize">D.</param>
    /// <param name="scale">1 / √D.</param>
    /// <param name="scores">(count rounded up to 16).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Score(float* query, float* keys, int count, int headSize, float scale, float* scores)
    {
        for (var position = 0; position < count; position += Lanes.Count, keys += Lanes.Count * (long)headSize)
        {
            Vector512<float> even = Vector512<float>.Zero, odd = even;
            for (var i = 0; i < headSize; i += 2)
            {
                even = Vector512.FusedMultiplyAdd(Vector512.Create(query[i]), Vector512.Load(keys + i * Lanes.Count), even);
                odd = Vector512.FusedMultiplyAdd(Vector512.Create(query[i + 1]), Vector512.Load(keys + (i + 1) * Lanes.Count), odd);
            }
            var seen = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count - position)).AsSingle();
            Vector512.ConditionalSelect(seen, (even + odd) * scale, Vector512.Create(float.NegativeInfinity)).Store(scores + position);
        }
    }

    /// <summary>Turns scores into weights that sum to 1, in place.</summary>
    /// <param name="scores">(count rounded up to 16), −∞ beyond the count.</param>
    /// <param name="count">At least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(float* scores, int count)
    {
        var largest = Vector512.Load(scores);
        for (var position = Lanes.Count; position < count; position += Lanes.Count)
            largest = Vector512.MaxNative(largest, Vector512.Load(scores + position));
        var shift = Vector512.Create(Lanes.Max(largest));
        var sums = Vector512<float>.Zero;
        for (var position = 0; position < count; position += Lanes.Count)
        {
            var weight = Exponential.Of(Vector512.Load(scores + position) - shift);
            weight.Store(scores + position);
            sums += weight;
        }
        var share = 1 / Lanes.Sum(sums);
        for (var position = 0; position < count; position += Lanes.Count)
            (Vector512.Load(scores + position) * share).Store(scores + position);
    }

    /// <summary>output = weights · values.</summary>
    /// <param name="weights">(count).</param>
    /// <param name="values">(count, D rounded up to 16).</param>
    /// <param name="count">Number of positions.</param>
    /// <param name="width">D rounded up to 16.</param>
    /// <param name="output">(width).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Combine(float* weights, float* values, int count, int width, float* output)
    {
        for (var i = 0; i < width; i += Lanes.Count)
        {
            Vector512<float> a = Vector512<float>.Zero, b = a, c = a, d = a;
            var value = values + i;
            var position = 0;
            for (; position <= count - 4; position += 4, value += 4 * (long)width)
            {
                a = Vector512.FusedMultiplyAdd(Vector512.Create(weights[position]), Vector512.Load(value), a);
                b = Vector512.FusedMultiplyAdd(Vector512.Create(weights[position + 1]), Vector512.Load(value + width), b);
                c = Vector512.FusedMultiplyAdd(Vector512.Create(weights[position + 2]), Vector512.Load(value + 2 * width), c);
                d = Vector512.FusedMultiplyAdd(Vector512.Create(weights[position + 3]), Vector512.Load(value + 3 * width), d);
            }
            for (; position < count; position++, value += width)
                a = Vector512.FusedMultiplyAdd(Vector512.Create(weights[position]), Vector512.Load(value), a);
            (a + b + (c + d)).Store(output + i);
        }
    }
}
