using System.Buffers;
using System.Runtime.Intrinsics;
using ActorRlhf.Evaluation.Numerics;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Randomness;

namespace ActorRlhf.Models.Sampling;

/// <summary>
/// Chooses the next token from logits; both engines call this one piece
/// of code, so they differ in the logits' rounding and in nothing else.
/// </summary>
/// <remarks>
/// The exponentials are float32, their sums float64 (<see cref="BlockSum"/>); the token is the smallest id up to which the sum exceeds
/// u · total. Thread-safe; nothing is allocated.
/// </remarks>
static class TokenChooser
{
    /// <summary>Chooses a token.</summary>
    /// <param name="logits">(V) float32, not yet divided by the temperature.</param>
    /// <param name="options">How to choose.</param>
    /// <param name="request">Whose step and sample number the draw has.</param>
    /// <param name="index">Index of the request in its batch, for the error.</param>
    /// <param name="position">Response position, from 0: the last word of the random counter.</param>
    /// <returns>The token and its log-prob in nats under all logits divided by the temperature, before top-k and top-p.</returns>
    /// <exception cref="NonFiniteLogitsException">A logit is NaN or infinite.</exception>
    public static (int Token, float LogProb) Choose(
        ReadOnlySpan<float> logits, SamplingOptions options, SampleRequest request, int index, int position)
    {
        var weightArray = ArrayPool<float>.Shared.Rent(Lanes.RoundUp(logits.Length, Lanes.Count));
        var sumArray = ArrayPool<double>.Shared.Rent(logits.Length / Lanes.Count + 1);
        try
        {
            var largest = Largest(logits, index, position);
            var weights = Exponentials(logits, largest, options.Temperature, weightArray);
            var total = BlockSum.Accumulate(weights, sumArray);
            var (best, mass) = (largest, total);
            var candidates = logits;
            if (options.VocabularySize < logits.Length)
            {
                // Shifted anew: next to a large logit that may not be chosen, all others could vanish.
                candidates = logits[..options.VocabularySize];
                best = Largest(candidates, index, position);
                weights = Exponentials(candidates, best, options.Temperature, weightArray);
                mass = BlockSum.Accumulate(weights, sumArray);
            }
            if (options.Greedy) return (candidates.IndexOf(best), LogProb(best, largest, options.Temperature, total));
            if (options.TopK > 0 || options.TopP < 1)
            {
                CandidateFilter.Apply(candidates, weights[..candidates.Length], options.TopK, options.TopP);
                mass = BlockSum.Accumulate(weights, sumArray);
            }
            // u · mass is below mass also after rounding, because u ≤ 1 − 2⁻⁵³; so a token is always found.
            var draw = options.Purpose.Uniform(options.Seed, request.Step, request.Sample, (uint)position) * mass;
            var token = FirstAbove(weights, sumArray, draw);
            return (token, LogProb(logits[token], largest, options.Temperature, total));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(weightArray);
            ArrayPool<double>.Shared.Return(sumArray);
        }
    }

    /// <summary>The log-prob that <see cref="Choose"/> reports for a token, in nats: the same bits for the same logits.</summary>
    /// <param name="logits">(V) float32, not yet divided by the temperature.</param>
    /// <param name="token">Its id.</param>
    /// <param name="temperature">Divides the logits; positive.</param>
    /// <param name="index">Index of the request in its batch, for the error.</param>
    /// <param name="position">Response position, for the error.</param>
    /// <exception cref="NonFiniteLogitsException">A logit is NaN or infinite.</exception>
    public static float LogProb(ReadOnlySpan<float> logits, int token, double temperature, int index, int position)
    {
        var rented = ArrayPool<float>.Shared.Rent(Lanes.RoundUp(logits.Length, Lanes.Count));
        try
        {
            var largest = Largest(logits, index, position);
            return LogProb(logits[token], largest, temperature, BlockSum.Of(Exponentials(logits, largest, temperature, rented)));
        }
        finally { ArrayPool<float>.Shared.Return(rented); }
    }

    /// <summary>The same of what was computed of the logits.</summary>
    /// <param name="logit">The token's.</param>
    /// <param name="largest">Of all logits.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="total">Σ exp((logit − largest) / temperature), float32 exponentials added by <see cref="BlockSum"/>.</param>
    internal static float LogProb(float logit, float largest, double temperature, double total) =>
        (float)(((double)logit - largest) / temperature - PortableMath.Log(total));

    /// <summary>The largest logit; NaN where one is NaN or infinite.</summary>
    internal static float LargestOrNaN(ReadOnlySpan<float> logits)
    {
        var largest = Vector512.Create(float.NegativeInfinity);
        var products = Vector512<float>.Zero; // x · 0 is 0 for finite x and NaN otherwise
        var i = 0;
        for (; i <= logits.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            var value = Vector512.Create(logits[i..]);
            largest = Vector512.Max(largest, value);
            products += value * Vector512<float>.Zero;
        }
        var (max, check) = (Lanes.Max(largest), Lanes.Sum(products));
        for (; i < logits.Length; i++) (max, check) = (MathF.Max(max, logits[i]), check + logits[i] * 0);
        return check == 0 ? max : float.NaN;
    }

    static float Largest(ReadOnlySpan<float> logits, int index, int position)
    {
        var largest = LargestOrNaN(logits);
        return float.IsNaN(largest) ? throw new NonFiniteLogitsException(index, position) : largest;
    }

    /// <summary>exp((logits − largest) / temperature), and zeros up to a whole vector.</summary>
    /// <param name="weights">Their place; at least (V rounded up to 16).</param>
    static Span<float> Exponentials(ReadOnlySpan<float> logits, float largest, double temperature, Span<float> weights)
    {
        weights = weights[..Lanes.RoundUp(logits.Length, Lanes.Count)];
        var (shift, scale) = (Vector512.Create(largest), Vector512.Create((float)(1 / temperature)));
        var i = 0;
        for (; i <= logits.Length - Lanes.Count; i += Lanes.Count)
            Exponential.Of((Vector512.Create(logits[i..]) - shift) * scale).CopyTo(weights[i..]);
        if (i == logits.Length) return weights;
        // The rest goes through the same vector code, so that a token's weight does not depend on its place.
        var rest = weights[i..];
        logits[i..].CopyTo(rest);
        Exponential.Of((Vector512.Create<float>(rest) - shift) * scale).CopyTo(rest);
        rest[(logits.Length - i)..].Clear();
        return weights;
    }

    /// <summary>The first id up to which the sum of the weights is above a draw.</summary>
    /// <param name="weights">A multiple of sixteen.</param>
    /// <param name="sums">Up to each block of sixteen.</param>
    /// <param name="draw">Below the last sum.</param>
    static int FirstAbove(ReadOnlySpan<float> weights, ReadOnlySpan<double> sums, double draw)
    {
        var block = 0;
        while (sums[block] <= draw) block++;
        var sum = block == 0 ? 0 : sums[block - 1];
        var last = block * Lanes.Count;
        for (var token = last; token < (block + 1) * Lanes.Count; token++)
        {
            if (weights[token] == 0) continue;
            last = token;
            if ((sum += weights[token]) > draw) break;
        }
        return last;                                  // of a block whose weights one by one come to less than in lanes, its last
    }
}
