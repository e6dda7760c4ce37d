using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The inner products of a matrix product with 512-bit registers: tiles of 8 or 4 rows by 32 columns.</summary>
/// <remarks>
/// Every element of the result is one chain of fused multiply-adds over k = 0, 1, 2, …, whatever the tile. That is why a row has the
/// same bits in every batch, and the same as from <see cref="NarrowKernel"/>.
/// </remarks>
static unsafe class WideKernel
{
    /// <summary>
    /// Rows of the large tile: 16 accumulators keep both multipliers
    /// busy (4 cycles of latency, 2 a cycle) and fit the 32 registers.
    /// </summary>
    public const int Rows = 8;

    /// <summary>Multiplies 8 · <paramref name="tiles"/> rows with one panel of 32 columns.</summary>
    /// <param name="x">First row (8 · tiles, depth).</param>
    /// <param name="xStride">Floats from one row of x to the next.</param>
    /// <param name="panel">Weights (depth, 32).</param>
    /// <param name="depth">Length of the inner products.</param>
    /// <param name="y">First row of the result (8 · tiles, 32).</param>
    /// <param name="yStride">Floats from one row of y to the next.</param>
    /// <param name="tiles">Number of tiles.</param>
    /// <param name="add">Adds to y instead of replacing it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void EightRows(float* x, int xStride, float* panel, int depth, float* y, int yStride, int tiles, bool add)
    {
        for (var tile = 0; tile < tiles; tile++, x += Rows * (long)xStride, y += Rows * (long)yStride)
        {
            float* x0 = x, x1 = x0 + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
            float* x4 = x3 + xStride, x5 = x4 + xStride, x6 = x5 + xStride, x7 = x6 + xStride;
            Vector512<float> a0, b0, a1, b1, a2, b2, a3, b3, a4, b4, a5, b5, a6, b6, a7, b7;
            a0 = b0 = a1 = b1 = a2 = b2 = a3 = b3 = a4 = b4 = a5 = b5 = a6 = b6 = a7 = b7 = Vector512<float>.Zero;
            var w = panel;
            for (var k = 0; k < depth; k++, w += PackedMatrix.PanelWidth)
            {
                var left = Vector512.Load(w);
                var right = Vector512.Load(w + Lanes.Count);
                Step(x0[k], left, right, ref a0, ref b0);
                Step(x1[k], left, right, ref a1, ref b1);
                Step(x2[k], left, right, ref a2, ref b2);
                Step(x3[k], left, right, ref a3, ref b3);
                Step(x4[k], left, right, ref a4, ref b4);
                Step(x5[k], left, right, ref a5, ref b5);
                Step(x6[k], left, right, ref a6, ref b6);
                Step(x7[k], left, right, ref a7, ref b7);
            }
            var row = y;
            Put(a0, b0, row, add);
            Put(a1, b1, row += yStride, add);
            Put(a2, b2, row += yStride, add);
            Put(a3, b3, row += yStride, add);
            Put(a4, b4, row += yStride, add);
            Put(a5, b5, row += yStride, add);
            Put(a6, b6, row += yStride, add);
            Put(a7, b7, row += yStride, add);
        }
    }

    /// <summary>Like <see cref="EightRows"/> for one tile of four rows: the last rows of a batch, and a batch of few rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourRows(float* x, int xStride, float* panel, int depth, float* y, int yStride, bool add)
    {
        float* x0 = x, x1 = x0 + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
        Vector512<float> a0, b0, a1, b1, a2, b2, a3, b3;
        a0 = b0 = a1 = b1 = a2 = b2 = a3 = b3 = Vector512<float>.Zero;
        var w = panel;
        for (var k = 0; k < depth; k++, w += PackedMatrix.PanelWidth)
        {
            var left = Vector512.Load(w);
            var right = Vector512.Load(w + Lanes.Count);
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
    static void Step(float x, Vector512<float> left, Vector512<float> right, ref Vector512<float> a, ref Vector512<float> b)
    {
        var factor = Vector512.Create(x);
        a = Vector512.FusedMultiplyAdd(factor, left, a);
        b = Vector512.FusedMultiplyAdd(factor, right, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(Vector512<float> a, Vector512<float> b, float* y, bool add)
    {
        if (add)
        {
            a += Vector512.Load(y);
            b += Vector512.Load(y + Lanes.Count);
        }
        a.Store(y);
        b.Store(y + Lanes.Count);
    }
}
