namespace ActorRlhf.Evaluation.Statistics.Ranking;

/// <summary>Whether two scores rank the same items alike.</summary>
public static class RankCorrelation
{
    /// <summary>Name of the interval: Bonett and Wright's standard error on Fisher's scale.</summary>
    public const string Method = "bonett-wright-fisher";

    /// <summary>With fewer members or runs than this a report shows the points and claims nothing.</summary>
    public const int FewestForClaim = 12;

    /// <summary>Spearman's ρ: the correlation of the ranks; items with equal scores share the mean of their ranks.</summary>
    /// <param name="x">One score of at least four items.</param>
    /// <param name="y">Another score of the same items.</param>
    /// <returns>
    /// ρ in [−1, 1]; null where either score is the same for all items, so that nothing is ranked. No interval where |ρ| is 1.
    /// </returns>
    /// <remarks>Interval: Fisher's z with standard error √((1 + ρ²/2)/(n − 3)), Bonett and Wright 2000 (Psychometrika 65).</remarks>
    /// <exception cref="ArgumentException">The scores differ in number, there are fewer than four, or one is not a number.</exception>
    public static Measured? Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        if (x.Count != y.Count) throw new ArgumentException($"{x.Count} scores against {y.Count}: they are pairs.");
        if (x.Count < 4) throw new ArgumentException($"A rank correlation with an interval needs at least 4 items, not {x.Count}.");
        if (x.Concat(y).Any(double.IsNaN)) throw new ArgumentException("A score is not a number and has no rank: leave failed items out.");

        var (ranksX, ranksY) = (CentredRanks(x), CentredRanks(y));
        var (squaresX, squaresY) = (ranksX.Sum(rank => rank * rank), ranksY.Sum(rank => rank * rank));
        if (squaresX == 0 || squaresY == 0) return null;

        var rho = ranksX.Zip(ranksY, (a, b) => a * b).Sum() / Math.Sqrt(squaresX * squaresY);
        rho = Math.Clamp(rho, -1, 1); // the quotient can exceed 1 by a rounding
        if (Math.Abs(rho) == 1) return new Measured(rho, null, null, x.Count, Method);
        var half = NormalQuantile.At975 * Math.Sqrt((1 + rho * rho / 2) / (x.Count - 3));
        var z = Math.Atanh(rho);
        return new Measured(rho, Math.Tanh(z - half), Math.Tanh(z + half), x.Count, Method);
    }

    /// <summary>Ranks with ties averaged, minus their mean.</summary>
    static double[] CentredRanks(IReadOnlyList<double> values)
    {
        var order = Enumerable.Range(0, values.Count).OrderBy(i => values[i]).ToArray();
        var ranks = new double[order.Length];
        for (var start = 0; start < order.Length;)
        {
            var end = start;
            while (end < order.Length && values[order[end]] == values[order[start]]) end++;
            for (var i = start; i < end; i++) ranks[order[i]] = (start + end - 1 - (order.Length - 1)) / 2.0;
            start = end;
        }
        return ranks;
    }
}
