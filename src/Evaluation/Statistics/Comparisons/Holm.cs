namespace ActorRlhf.Evaluation.Statistics.Comparisons;

/// <summary>Many tests at once: p-values that hold for all of them together.</summary>
public static class Holm
{
    /// <summary>Adjusted p-values, in the order given. Both are printed: the plain one beside it says what was looked at.</summary>
    /// <param name="p">P-values of all tests that were made, also of those that found nothing.</param>
    /// <returns>The i-th smallest of m times m − i (from 0), not below that of a smaller p, at most 1.</returns>
    /// <remarks>Source: Holm 1979 (Scandinavian Journal of Statistics 6). Holds whatever the dependence of the tests.</remarks>
    /// <exception cref="ArgumentException">A number is not in [0, 1].</exception>
    public static double[] Adjust(IReadOnlyList<double> p)
    {
        if (p.Any(one => !(one is >= 0 and <= 1))) throw new ArgumentException("A p-value is not between 0 and 1.", nameof(p));
        var (adjusted, largest, rank) = (new double[p.Count], 0.0, 0);
        foreach (var i in Enumerable.Range(0, p.Count).OrderBy(i => p[i]))
        {
            largest = Math.Max(largest, Math.Min(1, p[i] * (p.Count - rank++)));
            adjusted[i] = largest;
        }
        return adjusted;
    }
}
