namespace ActorRlhf.Evaluation.Statistics;

/// <summary>Best-of-n sampling: n completions, of which the one with the highest proxy score is used.</summary>
public static class BestOfN
{
    /// <summary>Upper bound of the KL divergence of best-of-n from the base policy, <c>log n − (n − 1)/n</c>, in nats.</summary>
    /// <remarks>
    /// Exact for continuous scores without ties, an upper bound for discrete outcomes: Beirami et al. 2024 (arXiv 2401.01879).
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is not positive.</exception>
    public static double KlBound(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        return Math.Log(n) - (n - 1.0) / n;
    }

    /// <summary>Unbiased estimates of the expected proxy and gold score of best-of-n, from N ≥ n samples of one prompt.</summary>
    /// <param name="proxy">Proxy scores of N samples.</param>
    /// <param name="gold">Gold scores of the same samples.</param>
    /// <param name="n">How many samples best-of-n chooses from, 1 … N.</param>
    /// <returns>The averages over all n-subsets of the samples; among equal proxy scores each is chosen equally often.</returns>
    /// <remarks>Source: Nakano et al. 2021 (arXiv 2112.09332), appendix I, extended to equal proxy scores.</remarks>
    /// <exception cref="ArgumentException">
    /// The scores differ in number, a proxy score is not a number, or there are fewer than <paramref name="n"/>.
    /// </exception>
    public static (double Proxy, double Gold) Estimate(IReadOnlyList<double> proxy, IReadOnlyList<double> gold, int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        if (proxy.Count != gold.Count)
            throw new ArgumentException($"{proxy.Count} proxy scores and {gold.Count} gold scores: they are pairs.");
        if (proxy.Any(double.IsNaN))
            throw new ArgumentException("A proxy score is not a number and cannot be compared: leave failed samples out.", nameof(proxy));
        if (proxy.Count < n) throw new ArgumentException($"Best-of-{n} needs at least {n} samples, not {proxy.Count}.");

        var order = Enumerable.Range(0, proxy.Count).OrderByDescending(i => proxy[i]).ToArray();
        double bestProxy = 0, bestGold = 0;
        // The share of n-subsets that lie within the worst `remaining` samples: C(remaining, n) / C(N, n), updated factor by factor.
        var shareWithin = 1.0;
        for (var start = 0; start < order.Length && shareWithin > 0;)
        {
            var (end, goldSum, shareBelow) = (start, 0.0, shareWithin);
            for (; end < order.Length && proxy[order[end]] == proxy[order[start]]; end++)
            {
                var remaining = order.Length - end;
                shareBelow *= Math.Max(0, remaining - n) / (double)remaining;
                goldSum += gold[order[end]];
            }
            bestProxy += (shareWithin - shareBelow) * proxy[order[start]];
            bestGold += (shareWithin - shareBelow) * goldSum / (end - start);
            (start, shareWithin) = (end, shareBelow);
        }
        return (bestProxy, bestGold);
    }
}
