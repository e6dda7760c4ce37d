using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ActorRlhf.Models.Compute;

namespace ActorRlhf.Models.Numerics;

/// <summary>The few loops over long float arrays that an optimiser needs.</summary>
static class VectorMath
{
    const int Part = 1 << 16;

    /// <summary><paramref name="target"/> += <paramref name="source"/>, elementwise.</summary>
    public static void Add(ReadOnlySpan<float> source, Span<float> target)
    {
        var sources = MemoryMarshal.Cast<float, Vector<float>>(source);
        var targets = MemoryMarshal.Cast<float, Vector<float>>(target);
        for (var i = 0; i < sources.Length; i++) targets[i] += sources[i];
        for (var i = sources.Length * Vector<float>.Count; i < source.Length; i++) target[i] += source[i];
    }

    /// <summary>√Σx² with the sum in float64; NaN or infinite if an element is.</summary>
    /// <remarks>The order of the sum is fixed: sixteen lanes of each part, then the parts one after the other.</remarks>
    /// <param name="values">Any number of them.</param>
    /// <param name="workers">Share the parts; the caller is none of them.</param>
    public static double Norm(ReadOnlyMemory<float> values, ComputeWorkers workers)
    {
        var parts = Parts(values.Length);
        return Math.Sqrt(workers.Map(parts.Length, part => SumOfSquares(values.Span[parts[part]])).Sum());
    }

    /// <summary>Cuts a length into parts, one for a thread at a time.</summary>
    public static Range[] Parts(int length) =>
        [.. Enumerable.Range(0, (length + Part - 1) / Part).Select(part => (part * Part)..Math.Min(length, (part + 1) * Part))];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static double SumOfSquares(ReadOnlySpan<float> values)
    {
        var (low, high) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var i = 0;
        for (; i <= values.Length - Lanes.Count; i += Lanes.Count)
        {
            var (a, b) = Vector512.Widen(Vector512.Create(values[i..]));
            low = Vector512.FusedMultiplyAdd(a, a, low);
            high = Vector512.FusedMultiplyAdd(b, b, high);
        }
        var sum = Lanes.Sum(low + high);
        for (; i < values.Length; i++) sum = Math.FusedMultiplyAdd(values[i], values[i], sum);
        return sum;
    }
}
