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
    /// <summary>Columns of a panel.</summary>
    public const int Columns = 32;

    /// <summary>
    /// Rows of the large tile: 16 accumulators keep both multipliers
    /// busy (4 cycles of latency, 2 a cycle) and fit the 32 registers.
    /// </summary>
    const int Rows = 8;

    /// <inheritdoc cref="PanelProduct.Multiply"/>
    public static void Multiply(
        float* x, int xRow, int xStep, float* panel, int depth, float* y, int yRow, int rows, Into into)
    {
        var tiles = (rows + Rows / 2 - 1) / Rows;     // a rest of at most four rows is left to the small tile
        for (var tile = 0; tile < tiles; tile++, x += Rows * (long)xRow, y += Rows * (long)yRow)
            EightRows(x, xRow, xStep, panel, depth, y, yRow, into);
        if (tiles * Rows < rows) FourRows(x, xRow, xStep, panel, depth, y, yRow, into);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void EightRows(float* x, int xRow, int xStep, float* w, int depth, float* y, int yRow, Into into)
    {
        float* x1 = x + xRow, x2 = x1 + xRow, x3 = x2 + xRow, x4 = x3 + xRow, x5 = x4 + xRow, x6 = x5 + xRow, x7 = x6 + xRow;
        float* y1 = y + yRow, y2 = y1 + yRow, y3 = y2 + yRow, y4 = y3 + yRow, y5 = y4 + yRow, y6 = y5 + yRow, y7 = y6 + yRow;
        Vector512<float> a0, b0, a1, b1, a2, b2, a3, b3, a4, b4, a5, b5, a6, b6, a7, b7;
        a0 = b0 = a1 = b1 = a2 = b2 = a3 = b3 = a4 = b4 = a5 = b5 = a6 = b6 = a7 = b7 = Vector512<float>.Zero;
        if (into is Into.Continue)
        {
            Get(y, ref a0, ref b0);
            Get(y1, ref a1, ref b1);
            Get(y2, ref a2, ref b2);
            Get(y3, ref a3, ref b3);
            Get(y4, ref a4, ref b4);
            Get(y5, ref a5, ref b5);
            Get(y6, ref a6, ref b6);
            Get(y7, ref a7, ref b7);
        }
        nint at = 0;
        for (var k = 0; k < depth; k++, at += xStep, w += Columns)
        {
            var left = Vector512.Load(w);
            var right = Vector512.Load(w + Lanes.Count);
            Step(x[at], left, right, ref a0, ref b0);
            Step(x1[at], left, right, ref a1, ref b1);
            Step(x2[at], left, right, ref a2, ref b2);
            Step(x3[at], left, right, ref a3, ref b3);
            Step(x4[at], left, right, ref a4, ref b4);
            Step(x5[at], left, right, ref a5, ref b5);
            Step(x6[at], left, right, ref a6, ref b6);
            Step(x7[at], left, right, ref a7, ref b7);
        }
        Put(a0, b0, y, into);
        Put(a1, b1, y1, into);
        Put(a2, b2, y2, into);
        Put(a3, b3, y3, into);
        Put(a4, b4, y4, into);
        Put(a5, b5, y5, into);
        Put(a6, b6, y6, into);
        Put(a7, b7, y7, into);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void FourRows(float* x, int xRow, int xStep, float* w, int depth, float* y, int yRow, Into into)
    {
        float* x1 = x + xRow, x2 = x1 + xRow, x3 = x2 + xRow;
        float* y1 = y + yRow, y2 = y1 + yRow, y3 = y2 + yRow;
        Vector512<float> a0, b0, a1, b1, a2, b2, a3, b3;
        a0 = b0 = a1 = b1 = a2 = b2 = a3 = b3 = Vector512<float>.Zero;
        if (into is Into.Continue)
        {
            Get(y, ref a0, ref b0);
            Get(y1, ref a1, ref b1);
            Get(y2, ref a2, ref b2);
            Get(y3, ref a3, ref b3);
        }
        nint at = 0;
        for (var k = 0; k < depth; k++, at += xStep, w += Columns)
        {
            var left = Vector512.Load(w);
            var right = Vector512.Load(w + Lanes.Count);
            Step(x[at], left, right, ref a0, ref b0);
            Step(x1[at], left, right, ref a1, ref b1);
            Step(x2[at], left, right, ref a2, ref b2);
            Step(x3[at], left, right, ref a3, ref b3);
        }
        Put(a0, b0, y, into);
        Put(a1, b1, y1, into);
        Put(a2, b2, y2, into);
        Put(a3, b3, y3, into);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Get(float* y, ref Vector512<float> a, ref Vector512<float> b) =>
        (a, b) = (Vector512.Load(y), Vector512.Load(y + Lanes.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Step(float x, Vector512<float> left, Vector512<float> right, ref Vector512<float> a, ref Vector512<float> b)
    {
        var factor = Vector512.Create(x);
        a = Vector512.FusedMultiplyAdd(factor, left, a);
        b = Vector512.FusedMultiplyAdd(factor, right, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(Vector512<float> a, Vector512<float> b, float* y, Into into)
    {
        if (into is Into.Add)
        {
            a += Vector512.Load(y);
            b += Vector512.Load(y + Lanes.Count);
        }
        a.Store(y);
        b.Store(y + Lanes.Count);
    }
}
