using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
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
static unsafe class TokenChooser
{
    const int MostOnStack = 2048;                     // floats; a larger vocabulary's weights are in memory of the pool

    /// <summary>Chooses a token.</summary>
    /// <param name="logits">(V) float32, not yet divided by the temperature.</param>
    /// <param name="options">How to choose.</param>
    /// <param name="request">Whose step and sample number the draw has.</param>
    /// <param name="index">Index of the request in its batch, for the error.</param>
    /// <param name="position">Response position, from 0: the last word of the random counter.</param>
    /// <returns>The token and its log-prob in nats under all logits divided by the temperature, before top-k and top-p.</returns>
    /// <exception cref="NonFiniteLogitsException">A logit is NaN or infinite.</exception>
    [SkipLocalsInit]
    public static (int Token, float LogProb) Choose(
        ReadOnlySpan<float> logits, SamplingOptions options, SampleRequest request, int index, int position)
    {
        var needed = Weighed.Floats(logits.Length);
        var rented = needed > MostOnStack ? ArrayPool<float>.Shared.Rent(needed) : null;
        var memory = rented is null ? stackalloc float[MostOnStack] : rented;
        try { return Pick(Weigh(logits, options, request, index, position, memory), options); }
        finally
        {
            if (rented is not null) ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>The first half of <see cref="Choose"/>, which <see cref="Pick"/> ends.</summary>
    /// <param name="logits">As for <see cref="Choose"/>.</param>
    /// <param name="options">As for <see cref="Choose"/>.</param>
    /// <param name="request">As for <see cref="Choose"/>.</param>
    /// <param name="index">As for <see cref="Choose"/>.</param>
    /// <param name="position">As for <see cref="Choose"/>.</param>
    /// <param name="memory">At least <see cref="Weighed.Floats"/>; in use until the token is picked.</param>
    /// <exception cref="NonFiniteLogitsException">A logit is NaN or infinite.</exception>
    public static Weighed Weigh(
        ReadOnlySpan<float> logits, SamplingOptions options, SampleRequest request, int index, int position, Span<float> memory)
    {
        var largest = Largest(logits, index, position);
        var weighed = new Weighed(logits, memory)
        {
            Largest = largest,
            // Drawn before it is needed: the processor does it beside the exponentials.
            Uniform = options.Greedy ? 0 : options.Purpose.Uniform(options.Seed, request.Step, request.Sample, (uint)position),
        };
        Exponentials(logits, largest, options.Temperature, weighed.Weights);
        return weighed;
    }

    /// <summary>Chooses a token.</summary>
    /// <param name="weighed">From <see cref="Weigh"/>; used up.</param>
    /// <param name="options">The same.</param>
    /// <returns>As <see cref="Choose"/>.</returns>
    public static (int Token, float LogProb) Pick(in Weighed weighed, SamplingOptions options)
    {
        var logits = weighed.Logits;
        var weights = weighed.Weights;
        var sums = weighed.Sums;
        var largest = weighed.Largest;
        var total = BlockSum.Accumulate(weights, sums);
        var (best, mass) = (largest, total);
        var candidates = logits;
        if (options.VocabularySize < logits.Length)
        {
            // Shifted anew: next to a large logit that may not be chosen, all others could vanish.
            candidates = logits[..options.VocabularySize];
            weights = weights[..Lanes.RoundUp(candidates.Length, Lanes.Count)];
            best = LargestOrNaN(candidates);
            Exponentials(candidates, best, options.Temperature, weights);
            mass = BlockSum.Accumulate(weights, sums);
        }
        if (options.Greedy) return (candidates.IndexOf(best), LogProb(best, largest, options.Temperature, total));
        if (options.TopK > 0 || options.TopP < 1)
        {
            CandidateFilter.Apply(candidates, weights[..candidates.Length], options.TopK, options.TopP);
            mass = BlockSum.Accumulate(weights, sums);
        }
        // u · mass is below mass also after rounding, because u ≤ 1 − 2⁻⁵³; so a token is always found.
        var token = FirstAbove(weights, sums, weighed.Uniform * mass);
        return (token, LogProb(logits[token], largest, options.Temperature, total));
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
        var largest = Largest(logits, index, position);
        return LogProb(logits[token], largest, temperature, Total(logits, largest, temperature));
    }

    /// <summary>The same of what was computed of the logits.</summary>
    /// <param name="logit">The token's.</param>
    /// <param name="largest">Of all logits.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="total">Σ exp((logit − largest) / temperature), float32 exponentials added by <see cref="BlockSum"/>.</param>
    internal static float LogProb(float logit, float largest, double temperature, double total) =>
        (float)(((double)logit - largest) / temperature - PortableMath.Log(total));

    /// <summary>The largest logit; NaN where one is NaN or infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static float LargestOrNaN(ReadOnlySpan<float> logits)
    {
        if (logits.Length < Lanes.Count) return LargestOfFew(logits);
        fixed (float* z = logits)
        {
            var largest = Vector512.Load(z);
            var check = (largest - largest).AsInt32(); // x − x is 0 for finite x and NaN otherwise
            for (var i = Lanes.Count; i < logits.Length; i += Lanes.Count)
            {
                // The last vector ends with the logits; what it has in common with the one before changes nothing.
                var value = Vector512.Load(z + Math.Min(i, logits.Length - Lanes.Count));
                largest = Vector512.MaxNative(largest, value);
                check |= (value - value).AsInt32();
            }
            return check == Vector512<int>.Zero ? Lanes.Max(largest) : float.NaN;
        }
    }

    static float LargestOfFew(ReadOnlySpan<float> logits)
    {
        var (max, check) = (float.NegativeInfinity, 0f);
        foreach (var logit in logits) (max, check) = (MathF.Max(max, logit), check + (logit - logit));
        return check == 0 ? max : float.NaN;
    }

    static float Largest(ReadOnlySpan<float> logits, int index, int position)
    {
        var largest = LargestOrNaN(logits);
        return float.IsNaN(largest) ? throw new NonFiniteLogitsException(index, position) : largest;
    }

    /// <summary>Σ exp((logits − largest) / temperature).</summary>
    [SkipLocalsInit]
    static double Total(ReadOnlySpan<float> logits, float largest, double temperature)
    {
        Span<float> weights = stackalloc float[MostOnStack];
        var sum = 0.0;
        for (; !logits.IsEmpty; logits = logits[Math.Min(logits.Length, MostOnStack)..])
        {
            var part = logits[..Math.Min(logits.Length, MostOnStack)];
            Exponentials(part, largest, temperature, weights);
            sum = BlockSum.Add(sum, weights[..Lanes.RoundUp(part.Length, Lanes.Count)]);
        }
        return sum;
    }

    /// <summary>exp((logits − largest) / temperature), and zeros up to a whole vector.</summary>
    /// <param name="weights">Their place, at least (V rounded up to 16).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Exponentials(ReadOnlySpan<float> logits, float largest, double temperature, Span<float> weights)
    {
        var (shift, scale) = (Vector512.Create(largest), Vector512.Create((float)(1 / temperature)));
        fixed (float* first = logits, firstWeight = weights)
        {
            float* z = first, end = first + logits.Length, w = firstWeight;
            for (; z <= end - Lanes.Count; z += Lanes.Count, w += Lanes.Count)
                Exponential.Of((Vector512.Load(z) - shift) * scale).Store(w);
            if (z != end) Rest(z, (int)(end - z), shift, scale).Store(w);
        }
    }

    /// <summary>The exponentials of fewer than sixteen logits, and zeros up to a whole vector.</summary>
    /// <remarks>They go through the same vector code, so that a token's weight does not depend on its place.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static Vector512<float> Rest(float* logits, int count, Vector512<float> shift, Vector512<float> scale)
    {
        var isToken = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
        // A vector copied together must wait until all of its parts are stored.
        var z = Avx512F.IsSupported ? Avx512F.MaskLoad(logits, isToken, Vector512<float>.Zero) : Copy(logits, count);
        return Vector512.ConditionalSelect(isToken, Exponential.Of((z - shift) * scale), Vector512<float>.Zero);
    }

    static Vector512<float> Copy(float* logits, int count)
    {
        Span<float> block = stackalloc float[Lanes.Count];
        block.Clear();
        new ReadOnlySpan<float>(logits, count).CopyTo(block);
        return Vector512.Create<float>(block);
    }

    /// <summary>The first id up to which the sum of the weights is above a draw.</summary>
    /// <remarks>It counts where it could stop: no branch depends on the draw, which a processor never foresees.</remarks>
    /// <param name="weights">A multiple of sixteen.</param>
    /// <param name="sums">As <see cref="BlockSum.Accumulate"/> leaves them.</param>
    /// <param name="draw">Below the last sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static int FirstAbove(ReadOnlySpan<float> weights, ReadOnlySpan<double> sums, double draw)
    {
        var block = 0;
        for (var i = 1; i <= weights.Length / Lanes.Count; i++) block += sums[i] <= draw ? 1 : 0;
        var sum = sums[block];
        var (first, below) = (block * Lanes.Count, 0);
        foreach (var weight in weights.Slice(first, Lanes.Count))
        {
            sum += weight;
            below += sum <= draw ? 1 : 0;
        }
        if (below < Lanes.Count) return first + below;
        // Of a block whose weights one by one come to less than in lanes, the last that is not zero.
        return first + weights.Slice(first, Lanes.Count).LastIndexOfAnyExcept(0f);
    }
}
