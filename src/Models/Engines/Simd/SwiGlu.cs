using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The gated unit of the feed-forward part, a = g · σ(g) · u.</summary>
/// <remarks>Source: Shazeer 2020 (arXiv 2002.05202), eq. 6.</remarks>
static unsafe class SwiGlu
{
    /// <summary>a = g · σ(g) · u.</summary>
    /// <param name="gate">g, (rows, width).</param>
    /// <param name="up">u, (rows, width).</param>
    /// <param name="y">a, (rows, width); may be g.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">A multiple of 16.</param>
    /// <param name="stride">Floats from one row of g and of u to the next.</param>
    /// <param name="yStride">Floats from one row of a to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Forward(float* gate, float* up, float* y, int rows, int width, int stride, int yStride)
    {
        for (var row = 0; row < rows; row++, gate += stride, up += stride, y += yStride)
            for (var i = 0; i < width; i += Lanes.Count)
            {
                var value = Vector512.Load(gate + i);
                (value / (Vector512<float>.One + Exponential.Of(-value)) * Vector512.Load(up + i)).Store(y + i);
            }
    }

    /// <summary>∂g = ∂a · u · σ(g) · (1 + g · (1 − σ(g))) and ∂u = ∂a · g · σ(g).</summary>
    /// <param name="gate">g, (rows, width).</param>
    /// <param name="up">u, (rows, width).</param>
    /// <param name="dy">∂a, (rows, width).</param>
    /// <param name="dGate">∂g, (rows, width).</param>
    /// <param name="dUp">∂u, (rows, width).</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">A multiple of 16.</param>
    /// <param name="stride">Floats from one row of g, u and their derivatives to the next.</param>
    /// <param name="dyStride">Floats from one row of ∂a to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Backward(
        float* gate, float* up, float* dy, float* dGate, float* dUp, int rows, int width, int stride, int dyStride)
    {
        for (var row = 0; row < rows; row++, gate += stride, up += stride, dGate += stride, dUp += stride, dy += dyStride)
            for (var i = 0; i < width; i += Lanes.Count)
            {
                var (g, gradient) = (Vector512.Load(gate + i), Vector512.Load(dy + i));
                var sigmoid = Vector512<float>.One / (Vector512<float>.One + Exponential.Of(-g));
                var slope = sigmoid * Vector512.FusedMultiplyAdd(g, Vector512<float>.One - sigmoid, Vector512<float>.One);
                (gradient * Vector512.Load(up + i) * slope).Store(dGate + i);
                (gradient * (g * sigmoid)).Store(dUp + i);
            }
    }
}
