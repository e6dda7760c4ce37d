namespace ActorRlhf.Evaluation.Statistics;

/// <summary>The probability that at least one of k samples is right.</summary>
public static class PassAtK
{
    /// <summary>Unbiased estimate <c>1 − C(n − c, k) / C(n, k)</c>, computed as a product so that no binomial overflows.</summary>
    /// <param name="samples">n, samples drawn.</param>
    /// <param name="correct">c, how many of them are right; 0 … n.</param>
    /// <param name="k">How many one may submit; 1 … n.</param>
    /// <remarks>Source: Chen et al. 2021 (arXiv 2107.03374), equation (1).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Estimate(int samples, int correct, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, samples);
        ArgumentOutOfRangeException.ThrowIfNegative(correct);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(correct, samples);

        var allWrong = 1.0;
        for (var i = 0; i < k; i++) allWrong *= Math.Max(0, samples - correct - i) / (double)(samples - i);
        return 1 - allWrong;
    }
}
