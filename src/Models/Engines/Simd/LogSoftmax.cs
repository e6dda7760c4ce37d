using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorRlhf.Evaluation.Numerics;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>log p(t) = z(t) − log Σ e^z, with z the logits divided by a temperature, for rows of logits.</summary>
/// <remarks>The log-probs have the bits that <see cref="TokenChooser"/> gives them when it samples.</remarks>
static unsafe class LogSoftmax
{
    const int Together = 4;                           // rows whose sums are added side by side: each sum is one long chain

    /// <summary>Log-probs of the targets; leaves e^(z − max z) in the place of the logits.</summary>
    /// <param name="logits">(rows, V), 0 from V to the stride; NaN or infinite logits give NaN.</param>
    /// <param name="stride">Floats from one row to the next, a multiple of 16.</param>
    /// <param name="targets">(rows) token ids.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="logProbs">(rows), nats.</param>
    /// <param name="totals">(rows) Σ e^(z − max z).</param>
    /// <param name="entropies">(rows), nats; empty where nobody wants them.</param>
    public static void Forward(
        float* logits, int stride, ReadOnlySpan<int> targets, int vocabulary, double temperature,
        Span<float> logProbs, Span<double> totals, Span<float> entropies)
    {
        Span<float> chosen = stackalloc float[Together], largest = stackalloc float[Together], mean = stackalloc float[Together];
        for (var row = 0; row < targets.Length; row += Together)
        {
            var count = Math.Min(Together, targets.Length - row);
            var first = logits + (long)row * stride;
            for (var i = 0; i < count; i++)
            {
                chosen[i] = first[(long)i * stride + targets[row + i]];
                largest[i] = Largest(new ReadOnlySpan<float>(first + (long)i * stride, vocabulary));
                mean[i] = Exponentials(first + (long)i * stride, vocabulary, largest[i], temperature);
            }
            Add(first, stride, vocabulary, count, totals[row..]);
            for (var i = 0; i < count; i++)
            {
                logProbs[row + i] = TokenChooser.LogProb(chosen[i], largest[i], temperature, totals[row + i]);
                if (entropies.Length > 0) entropies[row + i] = (float)(PortableMath.Log(totals[row + i]) - mean[i] / totals[row + i]);
            }
        }
    }

    /// <summary>∂logits = (1[target] − p) · ∂logProb / temperature, in the place of what <see cref="Forward"/> left.</summary>
    /// <param name="weights">(rows, V).</param>
    /// <param name="stride">Floats from one row to the next, a multiple of 16.</param>
    /// <param name="targets">(rows) token ids.</param>
    /// <param name="temperature">Divided the logits.</param>
    /// <param name="totals">(rows).</param>
    /// <param name="gradient">(rows) ∂logProb.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(
        float* weights, int stride, ReadOnlySpan<int> targets, double temperature,
        ReadOnlySpan<double> totals, ReadOnlySpan<float> gradient)
    {
        for (var row = 0; row < targets.Length; row++, weights += stride)
        {
            var factor = Vector512.Create((float)(-gradient[row] / (temperature * totals[row])));
            for (var i = 0; i < stride; i += Lanes.Count) (Vector512.Load(weights + i) * factor).Store(weights + i);
            weights[targets[row]] += (float)(gradient[row] / temperature);
        }
    }

    // NaN goes on into the log-prob and the gradient; whoever trains finds it, and names the tensor.
    static float Largest(ReadOnlySpan<float> logits)
    {
        try { return TokenChooser.Largest(logits, 0, 0); }
        catch (NonFiniteLogitsException) { return float.NaN; }
    }

    /// <summary>Puts w = e^(z − max z) in the place of the logits; returns Σ w · (z − max z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Exponentials(float* logits, int vocabulary, float largest, double temperature)
    {
        var (shift, scale) = (Vector512.Create(largest), Vector512.Create((float)(1 / temperature)));
        var sums = Vector512<float>.Zero;
        for (var i = 0; i < vocabulary; i += Lanes.Count)
        {
            var z = (Vector512.Load(logits + i) - shift) * scale;
            var isToken = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(vocabulary - i)).AsSingle();
            var weight = Vector512.ConditionalSelect(isToken, Exponential.Of(z), Vector512<float>.Zero);
            weight.Store(logits + i);
            sums = Vector512.FusedMultiplyAdd(weight, z, sums);
        }
        return Lanes.Sum(sums);
    }

    /// <summary>Sums in float64 in the order of token ids.</summary>
    static void Add(float* weights, int stride, int vocabulary, int rows, Span<double> totals)
    {
        if (rows < Together)
        {
            for (var row = 0; row < rows; row++)
            {
                var total = 0.0;
                for (var i = 0; i < vocabulary; i++) total += weights[(long)row * stride + i];
                totals[row] = total;
            }
            return;
        }
        float* w0 = weights, w1 = w0 + stride, w2 = w1 + stride, w3 = w2 + stride;
        var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < vocabulary; i++)
        {
            a += w0[i];
            b += w1[i];
            c += w2[i];
            d += w3[i];
        }
        (totals[0], totals[1], totals[2], totals[3]) = (a, b, c, d);
    }
}
