using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ActorRlhf.Models.Numerics;

/// <summary>Sums of float32 numbers in float64: of each block of sixteen in its lanes, then of the blocks in their order.</summary>
static class BlockSum
{
    /// <summary>Sum of one block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Of(Vector512<float> block)
    {
        var (low, high) = Vector512.Widen(block);
        return Lanes.Sum(low + high);
    }

    /// <summary>Adds the blocks' sums to a sum.</summary>
    /// <remarks>
    /// Numbers are made in one loop and summed in the next: the dependent steps of a block's sum hold up what would be made behind it.
    /// </remarks>
    /// <param name="sum">Of what came before.</param>
    /// <param name="values">A multiple of sixteen.</param>
    public static double Add(double sum, ReadOnlySpan<float> values)
    {
        foreach (var block in MemoryMarshal.Cast<float, Vector512<float>>(values)) sum += Of(block);
        return sum;
    }

    /// <summary>Sums of all before each block, and of all.</summary>
    /// <param name="values">A multiple of sixteen.</param>
    /// <param name="sums">(values / 16 + 1).</param>
    /// <returns>The last of them.</returns>
    public static double Accumulate(ReadOnlySpan<float> values, Span<double> sums)
    {
        var sum = sums[0] = 0.0;
        var blocks = MemoryMarshal.Cast<float, Vector512<float>>(values);
        for (var i = 0; i < blocks.Length; i++) sums[i + 1] = sum += Of(blocks[i]);
        return sum;
    }
}
