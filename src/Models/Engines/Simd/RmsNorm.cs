using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>Root mean square normalisation, y = s · x · w with s = 1 / √(mean(x²) + ε).</summary>
/// <remarks>
/// Source: Zhang and Sennrich 2019 (arXiv 1910.07467), eq. 4. Strides are multiples of 16, and what lies between a row's end and its
/// stride is zero in every input.
/// </remarks>
static unsafe class RmsNorm
{
    /// <summary>y = s · x · w.</summary>
    /// <param name="x">(rows, width).</param>
    /// <param name="weight">(stride), zero beyond the width.</param>
    /// <param name="y">(rows, width); may be x.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">C.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="epsilon">ε.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Forward(float* x, float* weight, float* y, int rows, int width, int stride, float epsilon)
    {
        for (var row = 0; row < rows; row++, x += stride, y += stride)
        {
            var scale = Vector512.Create(Scale(x, width, stride, epsilon));
            for (var i = 0; i < stride; i += Lanes.Count) (Vector512.Load(x + i) * scale * Vector512.Load(weight + i)).Store(y + i);
        }
    }

    /// <summary>∂x += s · w · ∂y − s³ / C · Σ(w · ∂y · x) · x, and ∂w += Σ over the rows, in their order, of s · x · ∂y.</summary>
    /// <param name="x">What <see cref="Forward"/> read, (rows, width).</param>
    /// <param name="weight">(stride), zero beyond the width.</param>
    /// <param name="dy">(rows, width).</param>
    /// <param name="dx">(rows, width).</param>
    /// <param name="dWeight">(stride).</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">C.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="epsilon">ε.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Backward(
        float* x, float* weight, float* dy, float* dx, float* dWeight, int rows, int width, int stride, float epsilon)
    {
        for (var row = 0; row < rows; row++, x += stride, dy += stride, dx += stride)
        {
            var s = Scale(x, width, stride, epsilon);
            var products = Vector512<float>.Zero;
            for (var i = 0; i < stride; i += Lanes.Count)
                products = Vector512.FusedMultiplyAdd(Vector512.Load(weight + i) * Vector512.Load(dy + i), Vector512.Load(x + i), products);
            var (scale, slope) = (Vector512.Create(s), Vector512.Create(-(s * s * s * Lanes.Sum(products) / width)));
            for (var i = 0; i < stride; i += Lanes.Count)
            {
                var (value, scaled) = (Vector512.Load(x + i), Vector512.Load(dy + i) * scale);
                var direct = Vector512.FusedMultiplyAdd(scaled, Vector512.Load(weight + i), Vector512.Load(dx + i));
                Vector512.FusedMultiplyAdd(slope, value, direct).Store(dx + i);
                Vector512.FusedMultiplyAdd(scaled, value, Vector512.Load(dWeight + i)).Store(dWeight + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float Scale(float* x, int width, int stride, float epsilon)
    {
        var squares = Vector512<float>.Zero;
        for (var i = 0; i < stride; i += Lanes.Count)
        {
            var value = Vector512.Load(x + i);
            squares = Vector512.FusedMultiplyAdd(value, value, squares);
        }
        return 1 / MathF.Sqrt(Lanes.Sum(squares) / width + epsilon);
    }
}
