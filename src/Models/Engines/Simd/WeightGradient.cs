using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The gradient of a linear layer's weight, ∂W += ∂yᵀ · x, for y = x · Wᵀ.</summary>
/// <remarks>
/// Every element is one chain of fused multiply-adds over the rows in their order, which goes on from call to call: it does not matter
/// into how many calls the rows are cut.
/// </remarks>
static unsafe class WeightGradient
{
    const int Outputs = 8, Inputs = PackedMatrix.PanelWidth;         // of a tile: 16 accumulators

    /// <summary>Adds the gradient of some rows.</summary>
    /// <param name="dy">(rows, outputs); up to 7 floats behind a row's end are read.</param>
    /// <param name="dyStride">Floats from one row of ∂y to the next.</param>
    /// <param name="x">(rows, inputs); floats up to the next multiple of 32 are read.</param>
    /// <param name="xStride">Floats from one row of x to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="dWeight">Row-major (outputs, inputs).</param>
    /// <param name="outputs">Width of y.</param>
    /// <param name="inputs">Width of x.</param>
    public static void Add(float* dy, int dyStride, float* x, int xStride, int rows, float* dWeight, int outputs, int inputs)
    {
        var edge = stackalloc float[Outputs * Inputs];
        for (var input = 0; input < inputs; input += Inputs)
            for (var output = 0; output < outputs; output += Outputs)
            {
                var target = dWeight + (long)output * inputs + input;
                var (height, width) = (Math.Min(Outputs, outputs - output), Math.Min(Inputs, inputs - input));
                if (height == Outputs && width == Inputs)
                {
                    Tile(dy + output, dyStride, x + input, xStride, rows, target, inputs);
                    continue;
                }
                for (var i = 0; i < height; i++) Copy(target + (long)i * inputs, edge + i * Inputs, width);
                Tile(dy + output, dyStride, x + input, xStride, rows, edge, Inputs);
                for (var i = 0; i < height; i++) Copy(edge + i * Inputs, target + (long)i * inputs, width);
            }
    }

    static void Copy(float* source, float* target, int length) => new Span<float>(source, length).CopyTo(new Span<float>(target, length));

    static void Tile(float* dy, int dyStride, float* x, int xStride, int rows, float* target, int stride)
    {
        if (Vector512.IsHardwareAccelerated) Wide(dy, dyStride, x, xStride, rows, target, stride);
        else
            for (var half = 0; half < Outputs; half += Outputs / 2)
                for (var quarter = 0; quarter < Inputs; quarter += Inputs / 2)
                    Narrow(dy + half, dyStride, x + quarter, xStride, rows, target + (long)half * stride + quarter, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Wide(float* dy, int dyStride, float* x, int xStride, int rows, float* target, int stride)
    {
        float* t0 = target, t1 = t0 + stride, t2 = t1 + stride, t3 = t2 + stride;
        float* t4 = t3 + stride, t5 = t4 + stride, t6 = t5 + stride, t7 = t6 + stride;
        Vector512<float> a0 = Vector512.Load(t0), b0 = Vector512.Load(t0 + Lanes.Count);
        Vector512<float> a1 = Vector512.Load(t1), b1 = Vector512.Load(t1 + Lanes.Count);
        Vector512<float> a2 = Vector512.Load(t2), b2 = Vector512.Load(t2 + Lanes.Count);
        Vector512<float> a3 = Vector512.Load(t3), b3 = Vector512.Load(t3 + Lanes.Count);
        Vector512<float> a4 = Vector512.Load(t4), b4 = Vector512.Load(t4 + Lanes.Count);
        Vector512<float> a5 = Vector512.Load(t5), b5 = Vector512.Load(t5 + Lanes.Count);
        Vector512<float> a6 = Vector512.Load(t6), b6 = Vector512.Load(t6 + Lanes.Count);
        Vector512<float> a7 = Vector512.Load(t7), b7 = Vector512.Load(t7 + Lanes.Count);
        for (var row = 0; row < rows; row++, dy += dyStride, x += xStride)
        {
            var left = Vector512.Load(x);
            var right = Vector512.Load(x + Lanes.Count);
            Step(dy[0], left, right, ref a0, ref b0);
            Step(dy[1], left, right, ref a1, ref b1);
            Step(dy[2], left, right, ref a2, ref b2);
            Step(dy[3], left, right, ref a3, ref b3);
            Step(dy[4], left, right, ref a4, ref b4);
            Step(dy[5], left, right, ref a5, ref b5);
            Step(dy[6], left, right, ref a6, ref b6);
            Step(dy[7], left, right, ref a7, ref b7);
        }
        Put(a0, b0, t0);
        Put(a1, b1, t1);
        Put(a2, b2, t2);
        Put(a3, b3, t3);
        Put(a4, b4, t4);
        Put(a5, b5, t5);
        Put(a6, b6, t6);
        Put(a7, b7, t7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Narrow(float* dy, int dyStride, float* x, int xStride, int rows, float* target, int stride)
    {
        const int lanes = 8;
        float* t0 = target, t1 = t0 + stride, t2 = t1 + stride, t3 = t2 + stride;
        Vector256<float> a0 = Vector256.Load(t0), b0 = Vector256.Load(t0 + lanes);
        Vector256<float> a1 = Vector256.Load(t1), b1 = Vector256.Load(t1 + lanes);
        Vector256<float> a2 = Vector256.Load(t2), b2 = Vector256.Load(t2 + lanes);
        Vector256<float> a3 = Vector256.Load(t3), b3 = Vector256.Load(t3 + lanes);
        for (var row = 0; row < rows; row++, dy += dyStride, x += xStride)
        {
            var left = Vector256.Load(x);
            var right = Vector256.Load(x + lanes);
            Step(dy[0], left, right, ref a0, ref b0);
            Step(dy[1], left, right, ref a1, ref b1);
            Step(dy[2], left, right, ref a2, ref b2);
            Step(dy[3], left, right, ref a3, ref b3);
        }
        Put(a0, b0, t0);
        Put(a1, b1, t1);
        Put(a2, b2, t2);
        Put(a3, b3, t3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Step(float gradient, Vector512<float> left, Vector512<float> right, ref Vector512<float> a, ref Vector512<float> b)
    {
        var factor = Vector512.Create(gradient);
        a = Vector512.FusedMultiplyAdd(factor, left, a);
        b = Vector512.FusedMultiplyAdd(factor, right, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Step(float gradient, Vector256<float> left, Vector256<float> right, ref Vector256<float> a, ref Vector256<float> b)
    {
        var factor = Vector256.Create(gradient);
        a = Vector256.FusedMultiplyAdd(factor, left, a);
        b = Vector256.FusedMultiplyAdd(factor, right, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(Vector512<float> a, Vector512<float> b, float* target)
    {
        a.Store(target);
        b.Store(target + Lanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(Vector256<float> a, Vector256<float> b, float* target)
    {
        a.Store(target);
        b.Store(target + Vector256<float>.Count);
    }
}
