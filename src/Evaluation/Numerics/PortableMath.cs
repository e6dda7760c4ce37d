namespace ActorRlhf.Evaluation.Numerics;

/// <summary>Elementary functions in float64 with the same bits on every machine.</summary>
/// <remarks>
/// <see cref="Math"/> asks the C library, whose last bits depend on its version and on the processor. These are sums of
/// Taylor series in fused multiply-adds, which IEEE 754 fixes. Relative error of <see cref="Exp"/> and <see cref="Log"/> below 4e-16
/// (two units in the last place), of what is made of them below 2e-15; absolute error of sines and cosines below 4e-16.
/// </remarks>
public static class PortableMath
{
    const double Ln2 = 0.69314718055994530942;
    // The first 42 bits of ln 2, so that a multiple of up to 2¹¹ of them is exact, and the rest.
    const double Ln2High = 0x162E42FEFA3800 * (1.0 / (1L << 53)), Ln2Low = 5.497923018708371e-14;
    const double Largest = 709.782712893384, Smallest = -745.1332191019412; // beyond these e^x is infinite, or rounds to 0
    // π/2 in two parts of 33 bits and the rest.
    const double HalfPi1 = 1.57079632673412561417, HalfPi2 = 6.07710050630396597660e-11, HalfPi3 = 2.02226624879595063154e-21;
    const double MostTurns = 1 << 20;                 // quarter turns that leave the first two parts' multiples exact
    const int Bias = 1023, FractionBits = 52;

    static readonly double[] s_exp = Series(17, i => 1.0 / Factorial(i));
    static readonly double[] s_atanh = Series(12, i => 1.0 / (2 * i + 1));
    static readonly double[] s_cos = Series(10, i => (i % 2 == 0 ? 1.0 : -1.0) / Factorial(2 * i));
    static readonly double[] s_sin = Series(10, i => (i % 2 == 0 ? 1.0 : -1.0) / Factorial(2 * i + 1));

    /// <summary>e^x: 0 and infinity where float64 has no number for it, NaN for NaN.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x > Largest) return double.PositiveInfinity;
        if (x < Smallest) return 0;
        // x = n · ln 2 + r with |r| ≤ ln 2 / 2.
        var n = Math.Round(x / Ln2);
        var high = Math.FusedMultiplyAdd(n, -Ln2High, x);
        var r = Math.FusedMultiplyAdd(n, -Ln2Low, high);
        return Scale(Sum(s_exp, r), (int)n);
    }

    /// <summary>ln x: −infinity for 0, NaN below it and for NaN.</summary>
    public static double Log(double x)
    {
        if (x < 0 || double.IsNaN(x)) return double.NaN;
        if (x == 0) return double.NegativeInfinity;
        if (double.IsPositiveInfinity(x)) return x;
        // x = 2ⁿ · m with m from √½ to √2; ln m = 2 · atanh(f) with f = (m − 1) / (m + 1).
        var n = 0;
        if (!double.IsNormal(x)) (x, n) = (x * (1L << 54), -54);
        var bits = BitConverter.DoubleToInt64Bits(x);
        n += (int)(bits >> FractionBits) - Bias;
        var m = BitConverter.Int64BitsToDouble((bits & ((1L << FractionBits) - 1)) | ((long)Bias << FractionBits));
        if (m > 1.4142135623730951) (m, n) = (m / 2, n + 1);
        var d = m - 1;                                // exact
        var f = d / (2 + d);
        var square = f * f;
        // ln m = d − f · (d − 2 · (f² / 3 + f⁴ / 5 + …)): d is exact, and what is taken from it is small.
        var rest = 2 * square * Sum(s_atanh.AsSpan(1), square);
        var small = Math.FusedMultiplyAdd(n, Ln2Low, -f * (d - rest));
        return Math.FusedMultiplyAdd(n, Ln2High, d + small);
    }

    /// <summary>ln(1 + x) without cancellation near 0 (Kahan's formula).</summary>
    /// <remarks><see cref="double.LogP1"/> is no more than ln of the sum.</remarks>
    public static double LogP1(double x)
    {
        var u = 1 + x;
        if (u == 1 || double.IsPositiveInfinity(u)) return x;
        return u > 0 ? Log(u) * (x / (u - 1)) : Log(u);
    }

    /// <summary>e^x − 1 without cancellation near 0 (Kahan's formula).</summary>
    public static double ExpM1(double x)
    {
        var u = Exp(x);
        if (u == 1) return x;
        var minusOne = u - 1;
        return minusOne == -1 || double.IsInfinity(u) ? minusOne : minusOne * (x / Log(u));
    }

    /// <summary>x to a whole power, by squaring; the error grows with the power's number of digits.</summary>
    /// <param name="x">Any number.</param>
    /// <param name="power">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The power is negative.</exception>
    public static double Power(double x, long power)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(power);
        var result = 1.0;
        for (; power > 0; power >>= 1, x *= x)
            if ((power & 1) == 1) result *= x;
        return result;
    }

    /// <summary>Sine and cosine. The error is absolute, below 3e-16 within a million quarter turns; NaN beyond them.</summary>
    /// <param name="x">Radians.</param>
    public static (double Sin, double Cos) SinCos(double x)
    {
        var n = Math.Round(x / (HalfPi1 + HalfPi2));
        if (!(Math.Abs(n) <= MostTurns)) return (double.NaN, double.NaN);
        var high = Math.FusedMultiplyAdd(n, -HalfPi1, x);
        var r = Math.FusedMultiplyAdd(n, -HalfPi3, Math.FusedMultiplyAdd(n, -HalfPi2, high));
        var square = r * r;
        var (sin, cos) = (r * Sum(s_sin, square), Sum(s_cos, square));
        return ((long)n & 3) switch
        {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
    }

    /// <summary>Σ c[i] · x^i, from the highest power down.</summary>
    static double Sum(ReadOnlySpan<double> coefficients, double x)
    {
        var sum = coefficients[^1];
        for (var i = coefficients.Length - 2; i >= 0; i--) sum = Math.FusedMultiplyAdd(sum, x, coefficients[i]);
        return sum;
    }

    /// <summary>x · 2ⁿ in two steps, because 2ⁿ alone may be no normal number.</summary>
    static double Scale(double x, int n) => x * PowerOfTwo(n / 2) * PowerOfTwo(n - n / 2);

    static double PowerOfTwo(int n) => BitConverter.Int64BitsToDouble((long)(n + Bias) << FractionBits);

    static double[] Series(int terms, Func<int, double> coefficient) => [.. Enumerable.Range(0, terms).Select(coefficient)];

    // Exact in float64 up to 22!.
    static double Factorial(int n) => n < 2 ? 1 : n * Factorial(n - 1);
}
