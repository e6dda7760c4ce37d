using System.Runtime.Intrinsics;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Tests.Sampling;

namespace ActorRlhf.Models.Tests.Engines;

/// <summary>Attention of one token over the cache: the chains of operations that are promised, in both widths.</summary>
public sealed unsafe class TokenAttentionTests
{
    /// <summary>
    /// Heads, key/value heads, head size: one vector, parts of one, more than one, whole fours, and some that leave vectors over.
    /// </summary>
    public static TheoryData<int, int, int> Heads => new()
    {
        { 4, 4, 16 }, { 1, 1, 2 }, { 4, 2, 6 }, { 2, 1, 20 }, { 5, 5, 16 }, { 3, 3, 48 }, { 4, 2, 64 }, { 6, 2, 32 }, { 2, 2, 128 },
    };

    [Theory, MemberData(nameof(Heads))]
    public void Score_AnyHeads_IsTheChainsOfEvenAndOddElements(int heads, int keyValueHeads, int size)
    {
        const int Positions = 48;
        var config = Config(heads, keyValueHeads, size);
        using var cache = Filled(config, Positions, out var keys, out _);
        using var query = Normal(heads * size, 1);
        using var scores = new NativeBuffer(heads * Positions);
        var scale = 1 / MathF.Sqrt(size);
        foreach (var count in new[] { 1, 7, 8, 9, 16, 17, 24, 25, 33, 48 })
        {
            var (q, k, s) = ((nint)query.Pointer, (nint)cache.Keys(1), (nint)scores.Pointer);
            Check(() => TokenAttention.ScoreNarrow(
                (float*)q, (float*)k, count, size, keyValueHeads, heads / keyValueHeads, scale, (float*)s, Positions));
            if (Vector512.IsHardwareAccelerated)
                Check(() => TokenAttention.ScoreWide(
                    (float*)q, (float*)k, count, size, keyValueHeads, heads / keyValueHeads, scale, (float*)s, Positions));

            void Check(Action score)
            {
                scores.Span.Fill(float.NaN);
                score();
                for (var head = 0; head < heads; head++)
                    for (var position = 0; position < Lanes.RoundUp(count, Lanes.Count); position++)
                        Assert.Equal(
                            position < count ? Expected(head, position) : float.NegativeInfinity, scores.Span[head * Positions + position]);
            }

            float Expected(int head, int position)
            {
                var (even, odd) = (0f, 0f);
                var own = query.Span.Slice(head * size, size);
                var key = keys[position].AsSpan(head / (heads / keyValueHeads) * size, size);
                for (var i = 0; i < size; i += 2)
                {
                    even = MathF.FusedMultiplyAdd(own[i], key[i], even);
                    odd = MathF.FusedMultiplyAdd(own[i + 1], key[i + 1], odd);
                }
                return (even + odd) * scale;
            }
        }
    }

    [Theory, MemberData(nameof(Heads))]
    public void Combine_AnyHeads_IsFourChainsOfPositions(int heads, int keyValueHeads, int size)
    {
        const int Positions = 48;
        var config = Config(heads, keyValueHeads, size);
        using var cache = Filled(config, Positions, out _, out var values);
        var attention = new TokenAttention(config);
        using var weights = Normal(heads * Positions, 2);
        using var shares = Normal(heads, 3);
        using var output = new NativeBuffer(heads * attention.Width);
        foreach (var count in new[] { 1, 3, 4, 5, 16, 31, 48 })
        {
            output.Span.Fill(float.NaN);
            attention.Combine(weights.Pointer, Positions, shares.Pointer, cache.Values(1), count, output.Pointer);
            for (var head = 0; head < heads; head++)
                for (var i = 0; i < size; i++)
                    Assert.Equal(Expected(head, i), output.Span[head * attention.Width + i]);

            float Expected(int head, int i)
            {
                var sums = new float[4];
                for (var position = 0; position < count; position++)
                {
                    ref var sum = ref sums[position < count / 4 * 4 ? position % 4 : 0];
                    var value = values[position][head / (heads / keyValueHeads) * size + i];
                    sum = MathF.FusedMultiplyAdd(weights.Span[head * Positions + position], value, sum);
                }
                return (sums[0] + sums[1] + (sums[2] + sums[3])) * shares.Span[head];
            }
        }
    }

    static LlamaConfig Config(int heads, int keyValueHeads, int size) =>
        Some.Shape(heads * size, intermediate: 16, heads, keyValueHeads, vocabulary: 8);

    /// <summary>A cache of two layers whose second holds keys and values at all positions.</summary>
    static KeyValueCache Filled(LlamaConfig config, int positions, out float[][] keys, out float[][] values)
    {
        var cache = new KeyValueCache(config);
        cache.Reserve(positions);
        (keys, values) = (new float[positions][], new float[positions][]);
        for (var position = 0; position < positions; position++)
        {
            var width = config.KeyValueHeads * config.HeadSize;
            using NativeBuffer key = Normal(width, 10 + position), value = Normal(width, 100 + position);
            cache.Store(1, position, key.Pointer, value.Pointer);
            (keys[position], values[position]) = (key.Span.ToArray(), value.Span.ToArray());
        }
        return cache;
    }

    static NativeBuffer Normal(int length, int sample)
    {
        var buffer = new NativeBuffer(length);
        var random = Purpose.Generate.Draws(5, 0, (uint)sample);
        foreach (ref var element in buffer.Span) element = (float)random.Normal();
        return buffer;
    }
}
