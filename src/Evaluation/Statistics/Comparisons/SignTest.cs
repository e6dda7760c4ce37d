using MathNet.Numerics.Distributions;

namespace ActorRlhf.Evaluation.Statistics.Comparisons;

/// <summary>Whether more prompts became worse than better, by their number alone.</summary>
/// <param name="Worse">Prompts whose score fell.</param>
/// <param name="Better">Prompts whose score rose.</param>
/// <param name="Ties">Prompts whose score stayed; they say nothing and are dropped.</param>
/// <param name="P">Exact two-sided p, <c>min(1, 2·P(Bin(worse + better, ½) ≤ min(worse, better)))</c>; 1 where all are ties.</param>
public sealed record SignTest(int Worse, int Better, int Ties, double P)
{
    /// <summary>Compares two evaluations of the same prompts.</summary>
    /// <exception cref="ArgumentException">The scores differ in number, or one is not finite.</exception>
    public static SignTest Of(IReadOnlyList<double> before, IReadOnlyList<double> after)
    {
        var differences = PairedChange.Differences(before, after);
        return Of(differences.Count(one => one < 0), differences.Count(one => one > 0), differences.Count(one => one == 0));
    }

    /// <summary>The test of counts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public static SignTest Of(int worse, int better, int ties = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(worse);
        ArgumentOutOfRangeException.ThrowIfNegative(better);
        ArgumentOutOfRangeException.ThrowIfNegative(ties);
        var p = Math.Min(1, 2 * Binomial.CDF(.5, worse + better, Math.Min(worse, better)));
        return new SignTest(worse, better, ties, p);
    }
}
