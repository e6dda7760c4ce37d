using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>
/// The elementwise parts of a layer. Strides are multiples of 16, and
/// what lies between a row's end and its stride is zero in every input.
/// </summary>
static unsafe class RowMath
{
    /// <summary>Root mean square normalisation, x / √(mean(x²) + ε) · weight (Zhang and Sennrich 2019, arXiv 1910.07467).</summary>
    /// <param name="x">(rows, width).</param>
    /// <param name="weight">(stride), zero beyond the width.</param>
    /// <param name="y">(rows, width); may be x.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">C.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="epsilon">ε.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsNorm(float* x, float* weight, float* y, int rows, int width, int stride, float epsilon)
    {
        for (var row = 0; row < rows; row++, x += stride, y += stride)
        {
            var squares = Vector512<float>.Zero;
            for (var i = 0; i < stride; i += Lanes.Count)
            {
                var value = Vector512.Load(x + i);
                squares = Vector512.FusedMultiplyAdd(value, value, squares);
            }
            var scale = Vector512.Create(1 / MathF.Sqrt(Lanes.Sum(squares) / width + epsilon));
            for (var i = 0; i < stride; i += Lanes.Count) (Vector512.Load(x + i) * scale * Vector512.Load(weight + i)).Store(y + i);
        }
    }

    /// <summary>gate = gate · sigmoid(gate) · up (Shazeer 2020, arXiv 2002.05202), in place.</summary>
    /// <param name="gate">(rows, width).</param>
    /// <param name="up">(rows, width).</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">A multiple of 16.</param>
    /// <param name="stride">Floats from one row to the next, of both.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SwiGlu(float* gate, float* up, int rows, int width, int stride)
    {
        for (var row = 0; row < rows; row++, gate += stride, up += stride)
            for (var i = 0; i < width; i += Lanes.Count)
            {
                var value = Vector512.Load(gate + i);
                (value / (Vector512<float>.One + Exponential.Of(-value)) * Vector512.Load(up + i)).Store(gate + i);
            }
    }
}
