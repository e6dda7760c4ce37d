using System.Numerics;
using System.Runtime.InteropServices;

namespace ActorRlhf.Models.Numerics;

/// <summary>The few loops over long float arrays that an optimiser needs.</summary>
static class VectorMath
{
    /// <summary><paramref name="target"/> += <paramref name="source"/>, elementwise.</summary>
    public static void Add(ReadOnlySpan<float> source, Span<float> target)
    {
        var sources = MemoryMarshal.Cast<float, Vector<float>>(source);
        var targets = MemoryMarshal.Cast<float, Vector<float>>(target);
        for (var i = 0; i < sources.Length; i++) targets[i] += sources[i];
        for (var i = sources.Length * Vector<float>.Count; i < source.Length; i++) target[i] += source[i];
    }

    /// <summary>√Σx² with the sum in float64; NaN or infinite if an element is.</summary>
    public static double Norm(ReadOnlySpan<float> values)
    {
        var (low, high) = (Vector<double>.Zero, Vector<double>.Zero);
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (var vector in vectors)
        {
            Vector.Widen(vector, out var a, out var b);
            low += a * a;
            high += b * b;
        }
        var sum = Vector.Sum(low + high);
        for (var i = vectors.Length * Vector<float>.Count; i < values.Length; i++) sum += (double)values[i] * values[i];
        return Math.Sqrt(sum);
    }
}
