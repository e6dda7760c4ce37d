using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>
/// What <see cref="WideKernel"/> does, for processors without 512-bit registers:
/// tiles of 4 rows by half a panel, 8 accumulators of the 16 registers.
/// </summary>
static unsafe class NarrowKernel
{
    const int Half = PackedMatrix.PanelWidth / 2;

    /// <summary>Rows of a tile.</summary>
    public const int Rows = 4;

    /// <inheritdoc cref="WideKernel.EightRows"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourRows(float* x, int xStride, float* panel, int depth, float* y, int yStride, int tiles, bool add)
    {
        for (var tile = 0; tile < tiles; tile++, x += Rows * (long)xStride, y += Rows * (long)yStride)
        {
            HalfPanel(x, xStride, panel, depth, y, yStride, add);
            HalfPanel(x, xStride, panel + Half, depth, y + Half, yStride, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void HalfPanel(float* x, int xStride, float* w, int depth, float* y, int yStride, bool add)
    {
        float* x0 = x, x1 = x0 + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
        Vector256<float> a0, b0, a1, b1, a2, b2, a3, b3;
        a0 = b0 = a1 = b1 = a2 = b2 = a3 = b3 = Vector256<float>.Zero;
        for (var k = 0; k < depth; k++, w += PackedMatrix.PanelWidth)
        {
            var left = Vector256.Load(w);
            var right = Vector256.Load(w + Vector256<float>.Count);
            Step(x0[k], left, right, ref a0, ref b0);
            Step(x1[k], left, right, ref a1, ref b1);
            Step(x2[k], left, right, ref a2, ref b2);
            Step(x3[k], left, right, ref a3, ref b3);
        }
        Put(a0, b0, y, add);
        Put(a1, b1, y + yStride, add);
        Put(a2, b2, y + 2 * (long)yStride, add);
        Put(a3, b3, y + 3 * (long)yStride, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Step(float x, Vector256<float> left, Vector256<float> right, ref Vector256<float> a, ref Vector256<float> b)
    {
        var factor = Vector256.Create(x);
        a = Vector256.FusedMultiplyAdd(factor, left, a);
        b = Vector256.FusedMultiplyAdd(factor, right, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(Vector256<float> a, Vector256<float> b, float* y, bool add)
    {
        if (add)
        {
            a += Vector256.Load(y);
            b += Vector256.Load(y + Vector256<float>.Count);
        }
        a.Store(y);
        b.Store(y + Vector256<float>.Count);
    }
}
