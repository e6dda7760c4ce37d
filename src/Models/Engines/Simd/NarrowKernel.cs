using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>
/// What <see cref="WideKernel"/> does, for processors without 512-bit registers: tiles of 6 or 4 rows by 16 columns.
/// </summary>
static unsafe class NarrowKernel
{
    /// <summary>Columns of a panel.</summary>
    public const int Columns = 16;

    const int Lanes = 8;

    /// <inheritdoc cref="PanelProduct.Multiply"/>
    public static void Multiply(
        float* x, int xRow, int xStep, float* panel, int depth, float* y, int yRow, int rows, Into into)
    {
        // Twelve accumulators and what they are made of fill the 16 registers. Two tiles of six make three of four, so that
        // no more rows are touched than a multiple of four.
        var fours = (rows + 3) / 4;
        for (var tile = fours / 3 * 2; tile > 0; tile--, x += 6 * (long)xRow, y += 6 * (long)yRow)
            SixRows(x, xRow, xStep, panel, depth, y, yRow, into);
        for (var tile = fours % 3; tile > 0; tile--, x += 4 * (long)xRow, y += 4 * (long)yRow)
            FourRows(x, xRow, xStep, panel, depth, y, yRow, into);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void SixRows(float* x, int xRow, int xStep, float* w, int depth, float* y, int yRow, Into into)
    {
        float* x1 = x + xRow, x2 = x1 + xRow, x3 = x2 + xRow, x4 = x3 + xRow, x5 = x4 + xRow;
        float* y1 = y + yRow, y2 = y1 + yRow, y3 = y2 + yRow, y4 = y3 + yRow, y5 = y4 + yRow;
        Vector256<float> a0, b0, a1, b1, a2, b2, a3, b3, a4, b4, a5, b5;
        a0 = b0 = a1 = b1 = a2 = b2 = a3 = b3 = a4 = b4 = a5 = b5 = Vector256<float>.Zero;
        if (into is Into.Continue)
        {
            Get(y, ref a0, ref b0);
            Get(y1, ref a1, ref b1);
            Get(y2, ref a2, ref b2);
            Get(y3, ref a3, ref b3);
            Get(y4, ref a4, ref b4);
            Get(y5, ref a5, ref b5);
        }
        nint at = 0;
        for (var k = 0; k < depth; k++, at += xStep, w += Columns)
        {
            var left = Vector256.Load(w);
            var right = Vector256.Load(w + Lanes);
            Step(x[at], left, right, ref a0, ref b0);
            Step(x1[at], left, right, ref a1, ref b1);
            Step(x2[at], left, right, ref a2, ref b2);
            Step(x3[at], left, right, ref a3, ref b3);
            Step(x4[at], left, right, ref a4, ref b4);
            Step(x5[at], left, right, ref a5, ref b5);
        }
        Put(a0, b0, y, into);
        Put(a1, b1, y1, into);
        Put(a2, b2, y2, into);
        Put(a3, b3, y3, into);
        Put(a4, b4, y4, into);
        Put(a5, b5, y5, into);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void FourRows(float* x, int xRow, int xStep, float* w, int depth, float* y, int yRow, Into into)
    {
        float* x1 = x + xRow, x2 = x1 + xRow, x3 = x2 + xRow;
        float* y1 = y + yRow, y2 = y1 + yRow, y3 = y2 + yRow;
        Vector256<float> a0, b0, a1, b1, a2, b2, a3, b3;
        a0 = b0 = a1 = b1 = a2 = b2 = a3 = b3 = Vector256<float>.Zero;
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
            var left = Vector256.Load(w);
            var right = Vector256.Load(w + Lanes);
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
    static void Get(float* y, ref Vector256<float> a, ref Vector256<float> b) => (a, b) = (Vector256.Load(y), Vector256.Load(y + Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Step(float x, Vector256<float> left, Vector256<float> right, ref Vector256<float> a, ref Vector256<float> b)
    {
        var factor = Vector256.Create(x);
        a = Vector256.FusedMultiplyAdd(factor, left, a);
        b = Vector256.FusedMultiplyAdd(factor, right, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(Vector256<float> a, Vector256<float> b, float* y, Into into)
    {
        if (into is Into.Add)
        {
            a += Vector256.Load(y);
            b += Vector256.Load(y + Lanes);
        }
        a.Store(y);
        b.Store(y + Lanes);
    }
}
