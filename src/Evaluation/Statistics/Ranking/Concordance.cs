namespace ActorRlhf.Evaluation.Statistics.Ranking;

/// <summary>Counts of pairs of items by whether two scores order them alike.</summary>
/// <param name="Excess">Pairs ordered alike minus pairs ordered oppositely, C − D.</param>
/// <param name="TiedX">Pairs with equal x, n₁.</param>
/// <param name="TiedY">Pairs with equal y, n₂.</param>
readonly record struct Concordance(long Excess, long TiedX, long TiedY)
{
    /// <summary>τ-b of n items; null where all pairs are tied in a score, or there is none.</summary>
    public double? TauB(long n)
    {
        var pairs = n * (n - 1) / 2;
        if (pairs == TiedX || pairs == TiedY) return null;
        // The square root of each factor, as their product exceeds what a double holds exactly; equal factors give ±1 exactly.
        return TiedX == TiedY
            ? Excess / (double)(pairs - TiedX)
            : Excess / (Math.Sqrt(pairs - TiedX) * Math.Sqrt(pairs - TiedY));
    }

    public static Concordance operator -(Concordance all, Concordance item) =>
        new(all.Excess - item.Excess, all.TiedX - item.TiedX, all.TiedY - item.TiedY);

    /// <summary>The counts of the pairs in which each item is, and of all pairs.</summary>
    public static (Concordance[] Items, Concordance All) ByItem(double[] x, double[] y)
    {
        var items = new Concordance[x.Length];
        var all = default(Concordance);
        for (var i = 0; i < x.Length; i++)
        {
            var (excess, tiedX, tiedY) = (0, 0, 0);
            for (var j = 0; j < x.Length; j++)
            {
                // Signs without branches: whether a pair is concordant is a coin toss that no branch predictor can learn.
                var signX = (x[i] > x[j] ? 1 : 0) - (x[i] < x[j] ? 1 : 0);
                var signY = (y[i] > y[j] ? 1 : 0) - (y[i] < y[j] ? 1 : 0);
                excess += signX * signY;
                tiedX += signX == 0 ? 1 : 0;
                tiedY += signY == 0 ? 1 : 0;
            }
            items[i] = new Concordance(excess, tiedX - 1, tiedY - 1); // less the item with itself
            all = new Concordance(all.Excess + excess, all.TiedX + tiedX - 1, all.TiedY + tiedY - 1);
        }
        return (items, new Concordance(all.Excess / 2, all.TiedX / 2, all.TiedY / 2));
    }

    /// <summary>The counts of all pairs: sorted by x, pairs ordered oppositely are the exchanges of a merge sort by y.</summary>
    public static Concordance Total(double[] x, double[] y)
    {
        var n = x.Length;
        var order = new (double X, double Y)[n];
        for (var i = 0; i < n; i++) order[i] = (x[i], y[i]);
        Array.Sort(order);
        var (tiedX, tiedBoth) = (Tied(order, (a, b) => a.X == b.X), Tied(order, (a, b) => a == b));
        double[] byX = [.. order.Select(item => item.Y)];
        var exchanges = MergeSort(byX, new double[n]);
        var tiedY = Tied(byX, (a, b) => a == b);
        var pairs = (long)n * (n - 1) / 2;
        return new Concordance(pairs - tiedX - tiedY + tiedBoth - 2 * exchanges, tiedX, tiedY);
    }

    static long Tied<T>(T[] sorted, Func<T, T, bool> same)
    {
        long tied = 0, run = 0;
        for (var i = 1; i < sorted.Length; i++) tied += run = same(sorted[i - 1], sorted[i]) ? run + 1 : 0;
        return tied;
    }

    /// <summary>Sorts, and counts the pairs that stood in descending order.</summary>
    static long MergeSort(Span<double> values, Span<double> spare)
    {
        if (values.Length < 2) return 0;
        var middle = values.Length / 2;
        var exchanges = MergeSort(values[..middle], spare[..middle]) + MergeSort(values[middle..], spare[middle..]);
        values.CopyTo(spare);
        for (int to = 0, left = 0, right = middle; to < values.Length; to++)
        {
            var takesLeft = right == values.Length || (left < middle && spare[left] <= spare[right]);
            if (!takesLeft) exchanges += middle - left;
            values[to] = takesLeft ? spare[left++] : spare[right++];
        }
        return exchanges;
    }
}
