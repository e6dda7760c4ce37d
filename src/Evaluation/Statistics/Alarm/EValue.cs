using System.Runtime.Intrinsics;
using ActorRlhf.Evaluation.Numerics;

namespace ActorRlhf.Evaluation.Statistics.Alarm;

/// <summary>Evidence from n prompts that a mean difference exceeds δ: a number whose expectation is at most 1 where it does not.</summary>
/// <remarks>
/// E = ⅕ Σ_m Π_i (1 + λ_m(D_i − δ)), the gain of a bettor who stakes shares λ of a fortune on each prompt, averaged over five stakes;
/// Waudby-Smith and Ramdas 2024 (JRSS B 86, arXiv 2010.09686), with stakes that n alone decides. Valid for prompts drawn with or without
/// replacement. All values are natural logarithms, by <see cref="PortableMath"/>: the same bits everywhere.
/// </remarks>
public static class EValue
{
    /// <summary>The largest δ (exclusive) for which no factor reaches 0: 1 + .8(−1 − δ) &gt; 0.</summary>
    public const double DeltaLimit = .25;

    const double LargestStake = .8;
    const int FactorsPerLogarithm = 64; // each lies in (0, 1.8]; at δ .02 above .18, so 64 of them stay within 1e-48 … 1e17

    static readonly double[] s_constants = [5, 7.5, 11, 16, 24];

    /// <summary>The five stakes λ_m = min(.8, c_m/√n), c = 5, 7.5, 11, 16, 24.</summary>
    /// <param name="n">Number of prompts, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no prompts.</exception>
    public static IReadOnlyList<double> Stakes(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        return [.. s_constants.Select(constant => Math.Min(LargestStake, constant / Math.Sqrt(n)))];
    }

    /// <summary>ln E for differences that are 1, −1 or 0.</summary>
    /// <param name="worse">b: number of prompts whose difference is 1, such as 1 before and 0 after.</param>
    /// <param name="better">c: number whose difference is −1.</param>
    /// <param name="n">Number of all prompts, at least 1.</param>
    /// <param name="delta">δ, in [0, .25).</param>
    /// <exception cref="ArgumentException">The counts are no counts of n prompts.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no prompts, or δ is outside its range.</exception>
    public static double LogOfCounts(int worse, int better, int n, double delta)
    {
        if (worse < 0 || better < 0 || n - worse - better < 0)
            throw new ArgumentException($"{worse} prompts worse and {better} better are not among {n}.");
        return new CountedEValue(n, CheckedDelta(delta)).Log(worse, better);
    }

    /// <summary>ln E for differences in [−1, 1].</summary>
    /// <param name="differences">D by prompt, at least one.</param>
    /// <param name="delta">δ, in [0, .25).</param>
    /// <exception cref="ArgumentException">A difference is outside [−1, 1] or not a number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no prompts, or δ is outside its range.</exception>
    public static double LogOfDifferences(ReadOnlySpan<double> differences, double delta)
    {
        foreach (var difference in differences)
            if (!(difference is >= -1 and <= 1))
                throw new ArgumentException("A difference is outside [-1, 1]: scores of the alarm lie in [0, 1].", nameof(differences));
        return LogOfBounded(differences, CheckedDelta(delta));
    }

    internal static double CheckedDelta(double delta) => delta is >= 0 and < DeltaLimit
        ? delta
        : throw new ArgumentOutOfRangeException(nameof(delta), delta, "A margin is at least 0 and below .25.");

    /// <summary><see cref="LogOfDifferences"/> for input that is known to be good.</summary>
    internal static double LogOfBounded(ReadOnlySpan<double> differences, double delta)
    {
        var stakes = Stakes(differences.Length);
        Span<double> logs = stackalloc double[s_constants.Length];
        for (; !differences.IsEmpty; differences = differences[Math.Min(FactorsPerLogarithm, differences.Length)..])
        {
            var block = differences[..Math.Min(FactorsPerLogarithm, differences.Length)];
            for (var m = 0; m < logs.Length; m++) logs[m] += PortableMath.Log(Product(block, stakes[m], delta));
        }
        return LogOfMean(logs);
    }

    /// <summary>Π (1 + λ(D − δ)) in four lanes, whose order of multiplication is the same with and without such instructions.</summary>
    static double Product(ReadOnlySpan<double> differences, double stake, double delta)
    {
        var (lanes, one, stakes, deltas) =
            (Vector256<double>.One, Vector256<double>.One, Vector256.Create(stake), Vector256.Create(delta));
        var i = 0;
        for (; i + Vector256<double>.Count <= differences.Length; i += Vector256<double>.Count)
            lanes *= one + stakes * (Vector256.Create(differences[i..]) - deltas);
        var product = lanes[0] * lanes[1] * (lanes[2] * lanes[3]);
        for (; i < differences.Length; i++) product *= 1 + stake * (differences[i] - delta);
        return product;
    }

    /// <summary>The logarithm of the mean of numbers given by their logarithms.</summary>
    internal static double LogOfMean(ReadOnlySpan<double> logs)
    {
        var largest = double.NegativeInfinity;
        foreach (var log in logs) largest = Math.Max(largest, log);
        var sum = 0.0;
        foreach (var log in logs) sum += PortableMath.Exp(log - largest);
        return largest + PortableMath.Log(sum / logs.Length);
    }
}
