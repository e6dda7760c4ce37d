using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>Causal attention of one token over its sequence's cache, in the two products four heads or vectors at a time.</summary>
/// <remarks>
/// The chains of operations are those of <see cref="Attention.Score"/> and <see cref="Attention.Combine"/>, so a token's result has
/// the bits that <see cref="SequenceAttention"/> gives it; one head's chains alone would leave the processor waiting. Where four do not
/// come out even, the last head or vector is computed more than once, into the same place. Processors without 512-bit registers have
/// too few for four, and do one after the other.
/// </remarks>
/// <param name="config">The model's shape.</param>
sealed unsafe class TokenAttention(LlamaConfig config)
{
    const int Tile = 4;

    readonly int _size = config.HeadSize, _width = Lanes.RoundUp(config.HeadSize, Lanes.Count);
    readonly int _heads = config.Heads, _keyValueHeads = config.KeyValueHeads;
    readonly float _scale = 1 / MathF.Sqrt(config.HeadSize);
    readonly Place[] _queries = Queries(config), _vectors = Vectors(config);

    /// <summary>D in whole vectors.</summary>
    public int Width => _width;

    int KeyBlock => Lanes.Count * _keyValueHeads * _size;

    int ValueRow => _keyValueHeads * _width;

    /// <summary>scores = query · keysᵀ · scale of all heads; −∞ beyond the count.</summary>
    /// <param name="query">(heads, D), rotated; D is even.</param>
    /// <param name="keys">Blocks of 16 positions, each (K, D, 16).</param>
    /// <param name="count">Positions that the token sees, its own included.</param>
    /// <param name="scores">(heads, stride).</param>
    /// <param name="stride">Floats from one head to the next, at least the count rounded up to 16.</param>
    public void Score(float* query, float* keys, int count, float* scores, int stride)
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            foreach (var (head, own, cached) in _queries.AsSpan(0, _heads))
                Attention.Score(query + own, keys + cached, KeyBlock, count, _size, _scale, scores + head * (long)stride);
            return;
        }
        for (var head = 0; head < _heads; head += Tile)
            ScoreFour(_queries.AsSpan(head, Tile), query, keys, count, scores, stride);
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
        var vectors = _heads * _width / Lanes.Count;
        if (!Vector512.IsHardwareAccelerated)
        {
            foreach (var (head, own, cached) in _vectors.AsSpan(0, vectors))
                Attention.Combine(
                    weights + head * (long)stride, shares[head], values + cached, ValueRow, count, Lanes.Count, output + own);
            return;
        }
        for (var vector = 0; vector < vectors; vector += Tile)
            CombineFour(_vectors.AsSpan(vector, Tile), weights, stride, shares, values, count, output);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    void ScoreFour(ReadOnlySpan<Place> places, float* query, float* keys, int count, float* scores, int stride)
    {
        var (p0, p1, p2, p3) = (places[0], places[1], places[2], places[3]);
        float* q0 = query + p0.Own, q1 = query + p1.Own, q2 = query + p2.Own, q3 = query + p3.Own;
        float* k0 = keys + p0.Cached, k1 = keys + p1.Cached, k2 = keys + p2.Cached, k3 = keys + p3.Cached;
        float* s0 = scores + p0.Head * (nint)stride, s1 = scores + p1.Head * (nint)stride;
        float* s2 = scores + p2.Head * (nint)stride, s3 = scores + p3.Head * (nint)stride;
        nint size = _size, block = KeyBlock;
        var floor = Vector512.Create(float.NegativeInfinity);
        for (nint position = 0; position < count; position += Lanes.Count)
        {
            Vector512<float> even0, odd0, even1, odd1, even2, odd2, even3, odd3;
            even0 = odd0 = even1 = odd1 = even2 = odd2 = even3 = odd3 = Vector512<float>.Zero;
            nint at = 0;
            for (nint i = 0; i < size; i += 2, at += 2 * Lanes.Count)
            {
                even0 = Vector512.FusedMultiplyAdd(Vector512.Create(q0[i]), Vector512.Load(k0 + at), even0);
                odd0 = Vector512.FusedMultiplyAdd(Vector512.Create(q0[i + 1]), Vector512.Load(k0 + at + Lanes.Count), odd0);
                even1 = Vector512.FusedMultiplyAdd(Vector512.Create(q1[i]), Vector512.Load(k1 + at), even1);
                odd1 = Vector512.FusedMultiplyAdd(Vector512.Create(q1[i + 1]), Vector512.Load(k1 + at + Lanes.Count), odd1);
                even2 = Vector512.FusedMultiplyAdd(Vector512.Create(q2[i]), Vector512.Load(k2 + at), even2);
                odd2 = Vector512.FusedMultiplyAdd(Vector512.Create(q2[i + 1]), Vector512.Load(k2 + at + Lanes.Count), odd2);
                even3 = Vector512.FusedMultiplyAdd(Vector512.Create(q3[i]), Vector512.Load(k3 + at), even3);
                odd3 = Vector512.FusedMultiplyAdd(Vector512.Create(q3[i + 1]), Vector512.Load(k3 + at + Lanes.Count), odd3);
            }
            var seen = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count - (int)position)).AsSingle();
            Vector512.ConditionalSelect(seen, (even0 + odd0) * _scale, floor).Store(s0 + position);
            Vector512.ConditionalSelect(seen, (even1 + odd1) * _scale, floor).Store(s1 + position);
            Vector512.ConditionalSelect(seen, (even2 + odd2) * _scale, floor).Store(s2 + position);
            Vector512.ConditionalSelect(seen, (even3 + odd3) * _scale, floor).Store(s3 + position);
            k0 += block;
            k1 += block;
            k2 += block;
            k3 += block;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    void CombineFour(ReadOnlySpan<Place> places, float* weights, int stride, float* shares, float* values, int count, float* output)
    {
        var (p0, p1, p2, p3) = (places[0], places[1], places[2], places[3]);
        float* w0 = weights + p0.Head * (nint)stride, w1 = weights + p1.Head * (nint)stride;
        float* w2 = weights + p2.Head * (nint)stride, w3 = weights + p3.Head * (nint)stride;
        float* v0 = values + p0.Cached, v1 = values + p1.Cached, v2 = values + p2.Cached, v3 = values + p3.Cached;
        Vector512<float> a0, b0, c0, d0, a1, b1, c1, d1, a2, b2, c2, d2, a3, b3, c3, d3;
        a0 = b0 = c0 = d0 = a1 = b1 = c1 = d1 = a2 = b2 = c2 = d2 = a3 = b3 = c3 = d3 = Vector512<float>.Zero;
        nint row = ValueRow, position = 0, at = 0;
        for (; position <= count - 4; position += 4, at += row)
        {
            Step(w0, v0, w1, v1, w2, v2, w3, v3, position, at, ref a0, ref a1, ref a2, ref a3);
            Step(w0, v0, w1, v1, w2, v2, w3, v3, position + 1, at += row, ref b0, ref b1, ref b2, ref b3);
            Step(w0, v0, w1, v1, w2, v2, w3, v3, position + 2, at += row, ref c0, ref c1, ref c2, ref c3);
            Step(w0, v0, w1, v1, w2, v2, w3, v3, position + 3, at += row, ref d0, ref d1, ref d2, ref d3);
        }
        for (; position < count; position++, at += row)
            Step(w0, v0, w1, v1, w2, v2, w3, v3, position, at, ref a0, ref a1, ref a2, ref a3);
        ((a0 + b0 + (c0 + d0)) * shares[p0.Head]).Store(output + p0.Own);
        ((a1 + b1 + (c1 + d1)) * shares[p1.Head]).Store(output + p1.Own);
        ((a2 + b2 + (c2 + d2)) * shares[p2.Head]).Store(output + p2.Own);
        ((a3 + b3 + (c3 + d3)) * shares[p3.Head]).Store(output + p3.Own);
    }

    /// <summary>One position of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Step(
        float* w0, float* v0, float* w1, float* v1, float* w2, float* v2, float* w3, float* v3, nint position, nint at,
        ref Vector512<float> sum0, ref Vector512<float> sum1, ref Vector512<float> sum2, ref Vector512<float> sum3)
    {
        sum0 = Vector512.FusedMultiplyAdd(Vector512.Create(w0[position]), Vector512.Load(v0 + at), sum0);
        sum1 = Vector512.FusedMultiplyAdd(Vector512.Create(w1[position]), Vector512.Load(v1 + at), sum1);
        sum2 = Vector512.FusedMultiplyAdd(Vector512.Create(w2[position]), Vector512.Load(v2 + at), sum2);
        sum3 = Vector512.FusedMultiplyAdd(Vector512.Create(w3[position]), Vector512.Load(v3 + at), sum3);
    }

    static Place[] Queries(LlamaConfig config) =>
        Tiles(config.Heads, head => new Place(
            head, head * config.HeadSize, head / (config.Heads / config.KeyValueHeads) * config.HeadSize * Lanes.Count));

    static Place[] Vectors(LlamaConfig config)
    {
        var width = Lanes.RoundUp(config.HeadSize, Lanes.Count);
        return Tiles(config.Heads * width / Lanes.Count, vector =>
        {
            var (head, part) = Math.DivRem(vector * Lanes.Count, width);
            return new Place(head, vector * Lanes.Count, head / (config.Heads / config.KeyValueHeads) * width + part);
        });
    }

    /// <summary>The places of heads or vectors, the last repeated up to a whole tile.</summary>
    static Place[] Tiles(int count, Func<int, Place> place) =>
        [.. Enumerable.Range(0, Lanes.RoundUp(count, Tile)).Select(i => place(Math.Min(i, count - 1)))];

    /// <summary>Where a head, or a vector of one, lies.</summary>
    /// <param name="Head">Its head.</param>
    /// <param name="Own">Offset in the token's queries or results.</param>
    /// <param name="Cached">Offset in a block of keys or a row of values.</param>
    readonly record struct Place(int Head, int Own, int Cached);
}
