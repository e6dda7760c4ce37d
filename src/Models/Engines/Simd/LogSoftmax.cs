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
        for (var row = 0; row < targets.Length; row++, logits += stride)
        {
            var chosen = logits[targets[row]];
            // NaN goes on into the log-prob and the gradient; whoever trains finds it, and names the tensor.
            var largest = TokenChooser.LargestOrNaN(new ReadOnlySpan<float>(logits, vocabulary));
            var (total, mean) = Exponentials(logits, vocabulary, largest, temperature);
            totals[row] = total;
            logProbs[row] = TokenChooser.LogProb(chosen, largest, temperature, total);
            if (entropies.Length > 0) entropies[row] = (float)(PortableMath.Log(total) - mean / total);
        }
    }

    /// <summary>∂logits = (1[target] − p) · ∂logProb / temperature, in the place of what <see cref="Forward"/> left.</summary>
    /// <param name="weights">(rows, V).</param>
    /// <param name="stride">Floats from one row to the next, a multiple of 16.</param>
    /// <param name="targets">(rows) token ids.</param>
    /// <param name="temperature">Divided the logits.</param>
    /// <param name="totals">(rows).</param>
    /// <param name="gradient">(rows) ∂logProb.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
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

    /// <summary>Puts w = e^(z − max z) in the place of the logits; gives Σ w and Σ w · (z − max z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static (double Total, float Mean) Exponentials(float* logits, int vocabulary, float largest, double temperature)
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
        return (BlockSum.Add(0, new ReadOnlySpan<float>(logits, Lanes.RoundUp(vocabulary, Lanes.Count))), Lanes.Sum(sums));
    }
}
