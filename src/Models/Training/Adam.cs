using System.Numerics;
using System.Runtime.InteropServices;
using ActorRlhf.Evaluation.Numerics;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Training;

/// <summary>Adam with decoupled weight decay over plain arrays, so that its state is two arrays and a count and nothing else.</summary>
/// <remarks>
/// Source: Kingma and Ba 2015 (arXiv 1412.6980), algorithm 1; Loshchilov and Hutter 2019 (arXiv 1711.05101), algorithm 2.
/// </remarks>
/// <param name="layout">The parameters of the model it changes.</param>
/// <param name="options">Its constants.</param>
public sealed class Adam(IReadOnlyList<ParameterSpec> layout, AdamOptions options)
{
    /// <summary>The parameters of the model it changes.</summary>
    public IReadOnlyList<ParameterSpec> Layout => layout;
    /// <summary>First moments, in the order of the weights, float32.</summary>
    public float[] FirstMoment { get; } = new float[layout.Sum(p => p.Length)];
    /// <summary>Second moments, in the order of the weights, float32.</summary>
    public float[] SecondMoment { get; } = new float[layout.Sum(p => p.Length)];
    /// <summary>Number of updates so far.</summary>
    public long Updates { get; set; }

    /// <summary>One update.</summary>
    /// <param name="weights">Changed in place.</param>
    /// <param name="gradient">In the order of the weights.</param>
    /// <param name="gradientScale">Multiplies the gradient first (clipping).</param>
    /// <param name="learningRate">The rate of this update.</param>
    /// <param name="workers">Share the work; the caller is none of them.</param>
    internal void Update(float[] weights, ReadOnlyMemory<float> gradient, double gradientScale, double learningRate, ComputeWorkers workers)
    {
        Updates++;
        var stepSize = (float)(learningRate / (1 - PortableMath.Power(options.Beta1, Updates)));
        var rootScale = (float)(1 / Math.Sqrt(1 - PortableMath.Power(options.Beta2, Updates)));
        var parts = VectorMath.Parts(weights.Length);
        workers.Run(parts.Length, part =>
        {
            var (first, end) = (parts[part].Start.Value, parts[part].End.Value);
            foreach (var parameter in layout)
            {
                var (start, stop) = (Math.Max(first, parameter.Offset), Math.Min(end, parameter.Offset + parameter.Length));
                if (start >= stop) continue;
                var decay = parameter.Shape.Length > 1 ? (float)(1 - learningRate * options.WeightDecay) : 1f;
                Update(weights.AsSpan(start..stop), gradient.Span[start..stop], FirstMoment.AsSpan(start..stop),
                    SecondMoment.AsSpan(start..stop), (float)gradientScale, stepSize, rootScale, decay);
            }
        });
    }

    void Update(Span<float> weights, ReadOnlySpan<float> gradient, Span<float> first,
        Span<float> second, float scale, float stepSize, float rootScale, float decay)
    {
        var (beta1, beta2, epsilon) = ((float)options.Beta1, (float)options.Beta2, (float)options.Epsilon);
        var vectors = weights.Length / Vector<float>.Count;
        var w = MemoryMarshal.Cast<float, Vector<float>>(weights);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        var m = MemoryMarshal.Cast<float, Vector<float>>(first);
        var v = MemoryMarshal.Cast<float, Vector<float>>(second);
        for (var i = 0; i < vectors; i++)
        {
            var scaled = g[i] * scale;
            m[i] = m[i] * beta1 + scaled * (1 - beta1);
            v[i] = v[i] * beta2 + scaled * scaled * (1 - beta2);
            w[i] = w[i] * decay - m[i] * stepSize / (Vector.SquareRoot(v[i]) * rootScale + new Vector<float>(epsilon));
        }
        for (var i = vectors * Vector<float>.Count; i < weights.Length; i++)
        {
            var scaled = gradient[i] * scale;
            first[i] = first[i] * beta1 + scaled * (1 - beta1);
            second[i] = second[i] * beta2 + scaled * scaled * (1 - beta2);
            weights[i] = weights[i] * decay - first[i] * stepSize / (MathF.Sqrt(second[i]) * rootScale + epsilon);
        }
    }
}
