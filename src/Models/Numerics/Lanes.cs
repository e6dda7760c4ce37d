using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ActorRlhf.Models.Numerics;

/// <summary>Reductions over the sixteen lanes of a vector in an order of our own.</summary>
/// <remarks>
/// The library's sums leave the order open, and results may not depend on which tier of the compiler or which vector width ran.
/// </remarks>
static class Lanes
{
    /// <summary>Floats in a vector; rows and cache blocks are cut in this unit.</summary>
    public const int Count = 16;

    /// <summary>The smallest multiple of <paramref name="unit"/> that is not less than <paramref name="length"/>.</summary>
    public static int RoundUp(int length, int unit) => (length + unit - 1) / unit * unit;

    /// <summary>Sum of the lanes, in halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> value)
    {
        var eight = value.GetLower() + value.GetUpper();
        var four = eight.GetLower() + eight.GetUpper();
        var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two[0] + two[1];
    }

    /// <summary>Sum of eight lanes of float64, in halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector512<double> value)
    {
        var four = value.GetLower() + value.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    /// <summary>The largest lane; no lane may be NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector512<float> value)
    {
        var eight = Vector256.MaxNative(value.GetLower(), value.GetUpper());
        var four = Vector128.MaxNative(eight.GetLower(), eight.GetUpper());
        var two = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(two, Vector128.Shuffle(two, Vector128.Create(1, 0, 3, 2)))[0];
    }
}
