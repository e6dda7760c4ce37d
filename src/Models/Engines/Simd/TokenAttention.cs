using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>Causal attention of one token over its sequence's cache.</summary>
/// <remarks>
/// The chains of operations are those of <see cref="Attention.Score"/> and <see cref="Attention.Combine"/>, so a token's result has
/// the bits that <see cref="SequenceAttention"/> gives it. Keys are read from front to back and values in whole cache lines that follow
/// each other, because it is the cache that both products wait for.
/// </remarks>
/// <param name="config">The model's shape.</param>
sealed unsafe class TokenAttention(LlamaConfig config)
{
    const int Tile = 4;                               // vectors of values: their 16 sums fit the 32 registers

    readonly int _size = config.HeadSize, _width = Lanes.RoundUp(config.HeadSize, Lanes.Count);
    readonly int _heads = config.Heads, _keyValueHeads = config.KeyValueHeads;
    readonly float _scale = 1 / MathF.Sqrt(config.HeadSize);
    readonly Place[] _tiles = Tiles(config);

    /// <summary>D in whole vectors.</summary>
    public int Width => _width;

    /// <summary>scores = query · keysᵀ · scale of all heads; −∞ beyond the count.</summary>
    /// <param name="query">(heads, D), rotated; D is even.</param>
    /// <param name="keys">Blocks of 16 positions, each (K, D / 2, 16, 2).</param>
    /// <param name="count">Positions that the token sees, its own included.</param>
    /// <param name="scores">(heads, stride).</param>
    /// <param name="stride">Floats from one head to the next, at least the count rounded up to 16.</param>
    public void Score(float* query, float* keys, int count, float* scores, int stride)
    {
        var group = _heads / _keyValueHeads;
        if (Vector512.IsHardwareAccelerated) ScoreWide(query, keys, count, _size, _keyValueHeads, group, _scale, scores, stride);
        else ScoreNarrow(query, keys, count, _size, _keyValueHeads, group, _scale, scores, stride);
    }

    /// <summary>output = share · weights · values of all heads.</summary>
    /// <param name="weights">(heads, stride).</param>
    /// <param name="stride">Floats from one head to the next.</param>
    /// <param name="shares">(heads).</param>
    /// <param name="values">(count, K, D rounded up to 16).</param>
    /// <param name="count">Positions that the token sees.</param>
    /// <param name="output">(heads, D rounded up to 16).</param>
    public void Combine(float* weights, int stride, float* shares, float* values, int count, float* output)
    {
        var row = _keyValueHeads * _width;
        foreach (var (head, own, cached, isTile) in _tiles)
            if (isTile)
                CombineFour(weights, stride, shares, _width, own, values + cached, row, count, output + own);
            else
                Attention.Combine(
                    weights + head * (long)stride, shares[head], values + cached, row, count, Lanes.Count, output + own);
    }

    /// <remarks>A sum has its even elements in one lane and the odd ones in the next.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void ScoreWide(
        float* query, float* keys, int count, int size, int keyValueHeads, int group, float scale, float* scores, nint stride)
    {
        var even = Vector512<int>.Indices + Vector512<int>.Indices;
        var odd = even + Vector512<int>.One;
        var floor = Vector512.Create(float.NegativeInfinity);
        nint block = size * Lanes.Count;
        for (; count > 0; count -= Lanes.Count, scores += Lanes.Count)
        {
            var seen = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
            var half = count <= Lanes.Count / 2;      // of the last block: the other half is not waited for
            float* q = query, score = scores;
            for (var keyValueHead = 0; keyValueHead < keyValueHeads; keyValueHead++, keys += block)
                for (var last = q + group * size; q < last; score += stride)
                {
                    Vector512<float> low = Vector512<float>.Zero, high = low;
                    var key = keys;
                    for (var end = q + size; q < end; q += 2, key += 2 * Lanes.Count)
                    {
                        var pair = Vector512.Create(*(double*)q).AsSingle();
                        low = Vector512.FusedMultiplyAdd(pair, Vector512.Load(key), low);
                        if (half) continue;
                        high = Vector512.FusedMultiplyAdd(pair, Vector512.Load(key + Lanes.Count), high);
                    }
                    var sum = Avx512F.PermuteVar16x32x2(low, even, high) + Avx512F.PermuteVar16x32x2(low, odd, high);
                    Vector512.ConditionalSelect(seen, sum * scale, floor).Store(score);
                }
        }
    }

    /// <summary>The same in registers of eight: a sum's even elements are beside its odd ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void ScoreNarrow(
        float* query, float* keys, int count, int size, int keyValueHeads, int group, float scale, float* scores, nint stride)
    {
        nint block = size * Lanes.Count;
        for (; count > 0; count -= Lanes.Count, scores += Lanes.Count)
        {
            float* q = query, score = scores;
            for (var keyValueHead = 0; keyValueHead < keyValueHeads; keyValueHead++, keys += block)
                for (var last = q + group * size; q < last; score += stride)
                {
                    Vector256<float> a = Vector256<float>.Zero, b = a, c = a, d = a;
                    var key = keys;
                    for (var end = q + size; q < end; q += 2, key += 2 * Lanes.Count)
                    {
                        var pair = Vector256.Create(*(double*)q).AsSingle();
                        a = Vector256.FusedMultiplyAdd(pair, Vector256.Load(key), a);
                        b = Vector256.FusedMultiplyAdd(pair, Vector256.Load(key + Vector256<float>.Count), b);
                        c = Vector256.FusedMultiplyAdd(pair, Vector256.Load(key + 2 * Vector256<float>.Count), c);
                        d = Vector256.FusedMultiplyAdd(pair, Vector256.Load(key + 3 * Vector256<float>.Count), d);
                    }
                    Put(a, b, scale, count, score);
                    Put(c, d, scale, count - Vector256<float>.Count, score + Vector256<float>.Count);
                }
        }
    }

    /// <summary>The scores of eight positions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(Vector256<float> low, Vector256<float> high, float scale, int count, float* scores)
    {
        var sum = Avx2.IsSupported
            ? Avx2.Permute4x64(Avx.HorizontalAdd(low, high).AsDouble(), 0b11_01_10_00).AsSingle()
            : Vector256.Create(Pairs(low), Pairs(high));
        var seen = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();
        Vector256.ConditionalSelect(seen, sum * scale, Vector256.Create(float.NegativeInfinity)).Store(scores);
    }

    static Vector128<float> Pairs(Vector256<float> sums) => Vector128.Create(Pairs(sums.GetLower()), Pairs(sums.GetUpper()));

    static Vector64<float> Pairs(Vector128<float> sums) =>
        Vector128.Shuffle(sums + Vector128.Shuffle(sums, Vector128.Create(1, 0, 3, 2)), Vector128.Create(0, 2, 0, 2)).GetLower();

    /// <summary>Four vectors that lie one after the other in a row of values and in the output.</summary>
    /// <param name="first">Offset of the first in all heads' output.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void CombineFour(
        float* weights, nint stride, float* shares, int width, int first, float* value, nint row, int count, float* output)
    {
        int h0 = first / width, h1 = (first + Lanes.Count) / width, h2 = (first + 2 * Lanes.Count) / width;
        var h3 = (first + 3 * Lanes.Count) / width;
        float* w0 = weights + h0 * stride, w1 = weights + h1 * stride, w2 = weights + h2 * stride, w3 = weights + h3 * stride;
        Vector512<float> a0, b0, c0, d0, a1, b1, c1, d1, a2, b2, c2, d2, a3, b3, c3, d3;
        a0 = b0 = c0 = d0 = a1 = b1 = c1 = d1 = a2 = b2 = c2 = d2 = a3 = b3 = c3 = d3 = Vector512<float>.Zero;
        nint position = 0;
        for (; position <= count - 4; position += 4, value += row)
        {
            Step(w0, w1, w2, w3, position, value, ref a0, ref a1, ref a2, ref a3);
            Step(w0, w1, w2, w3, position + 1, value += row, ref b0, ref b1, ref b2, ref b3);
            Step(w0, w1, w2, w3, position + 2, value += row, ref c0, ref c1, ref c2, ref c3);
            Step(w0, w1, w2, w3, position + 3, value += row, ref d0, ref d1, ref d2, ref d3);
        }
        for (; position < count; position++, value += row)
            Step(w0, w1, w2, w3, position, value, ref a0, ref a1, ref a2, ref a3);
        ((a0 + b0 + (c0 + d0)) * shares[h0]).Store(output);
        ((a1 + b1 + (c1 + d1)) * shares[h1]).Store(output + Lanes.Count);
        ((a2 + b2 + (c2 + d2)) * shares[h2]).Store(output + 2 * Lanes.Count);
        ((a3 + b3 + (c3 + d3)) * shares[h3]).Store(output + 3 * Lanes.Count);
    }

    /// <summary>One position of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Step(
        float* w0, float* w1, float* w2, float* w3, nint position, float* value,
        ref Vector512<float> sum0, ref Vector512<float> sum1, ref Vector512<float> sum2, ref Vector512<float> sum3)
    {
        sum0 = Vector512.FusedMultiplyAdd(Vector512.Create(w0[position]), Vector512.Load(value), sum0);
        sum1 = Vector512.FusedMultiplyAdd(Vector512.Create(w1[position]), Vector512.Load(value + Lanes.Count), sum1);
        sum2 = Vector512.FusedMultiplyAdd(Vector512.Create(w2[position]), Vector512.Load(value + 2 * Lanes.Count), sum2);
        sum3 = Vector512.FusedMultiplyAdd(Vector512.Create(w3[position]), Vector512.Load(value + 3 * Lanes.Count), sum3);
    }

    /// <summary>
    /// All heads' vectors in fours that lie together, where registers are many; one at a time what is left over, and heads of fewer than
    /// four that have their values in common with others.
    /// </summary>
    static Place[] Tiles(LlamaConfig config)
    {
        var width = Lanes.RoundUp(config.HeadSize, Lanes.Count);
        var group = config.Heads / config.KeyValueHeads;
        var (all, four) = (config.Heads * width, Tile * Lanes.Count);
        // A head of whole fours lies together in any case, several heads where each has values of its own.
        var inFours = !Vector512.IsHardwareAccelerated ? 0 : width % four == 0 ? all : group == 1 ? all / four * four : 0;
        var tiles = new List<Place>();
        for (var own = 0; own < inFours; own += four) tiles.Add(At(own, isTile: true));
        for (var own = inFours; own < all; own += Lanes.Count) tiles.Add(At(own, isTile: false));
        return [.. tiles];

        Place At(int own, bool isTile) => new(own / width, own, own / width / group * width + own % width, isTile);
    }

    /// <summary>Where some vectors of the output lie.</summary>
    /// <param name="Head">The first one's head.</param>
    /// <param name="Own">Offset in the output.</param>
    /// <param name="Cached">Offset in a row of values.</param>
    /// <param name="IsTile">Whether they are four; one otherwise.</param>
    readonly record struct Place(int Head, int Own, int Cached, bool IsTile);
}
