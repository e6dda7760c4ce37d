namespace ActorRlhf.Evaluation.Statistics.Attribution;

/// <summary>Any metric at equal lengths: what is gained beyond what longer answers gain.</summary>
/// <remarks>Pure; sums run in the given order, so results are the same bits everywhere.</remarks>
public static class LengthControlled
{
    /// <summary>The values by bins of length.</summary>
    /// <param name="lengths">Length of each completion, in any unit.</param>
    /// <param name="values">Value of each completion; failed ones and nulls left out.</param>
    /// <param name="edges">Ascending; a length on an edge belongs to the bin above it. None for one bin.</param>
    /// <returns>One bin more than there are edges, the shortest first.</returns>
    /// <exception cref="ArgumentException">There are no values, they differ in number from the lengths, a number is not finite, or the
    /// edges do not ascend.</exception>
    public static IReadOnlyList<LengthBin> Of(IReadOnlyList<double> lengths, IReadOnlyList<double> values, IReadOnlyList<double> edges)
    {
        if (lengths.Count != values.Count)
            throw new ArgumentException($"{lengths.Count} lengths and {values.Count} values: they are pairs.");
        if (values.Count == 0) throw new ArgumentException("No completions have no means: leave the comparison out.", nameof(values));
        if (!lengths.All(double.IsFinite)) throw new ArgumentException("A length is not a finite number.", nameof(lengths));
        for (var i = 1; i < edges.Count; i++)
            if (!(edges[i - 1] < edges[i]))
                throw new ArgumentException(FormattableString.Invariant($"Edge {edges[i]} follows {edges[i - 1]}: edges ascend."));

        var inBin = Enumerable.Range(0, edges.Count + 1).Select(_ => new List<double>()).ToArray();
        for (var i = 0; i < values.Count; i++) inBin[BinOf(lengths[i], edges)].Add(values[i]);
        return [.. inBin.Select((bin, index) => new LengthBin(
            index == 0 ? double.NegativeInfinity : edges[index - 1],
            index == edges.Count ? double.PositiveInfinity : edges[index],
            bin.Count / (double)values.Count,
            bin.Count == 0 ? null : Summary.Of(bin)))];
    }

    /// <summary>Parts the difference between two sets of completions into a shift of lengths and a gain at equal lengths.</summary>
    /// <param name="before">The first set's bins.</param>
    /// <param name="after">The second set's, with the same edges.</param>
    /// <remarks>
    /// With shares p and means m of the bins: between = Σ (p_B − p_A)(m_A + m_B)/2, within = Σ (p_A + p_B)/2 · (m_B − m_A), exact
    /// (Kitagawa 1955). A bin that is empty in one set takes the other's mean.
    /// </remarks>
    /// <exception cref="ArgumentException">The bins are not the same.</exception>
    public static LengthAttribution Attribute(IReadOnlyList<LengthBin> before, IReadOnlyList<LengthBin> after)
    {
        if (!before.Select(bin => (bin.From, bin.To)).SequenceEqual(after.Select(bin => (bin.From, bin.To))))
            throw new ArgumentException("The two sets are binned by different edges: bin both by the same.");
        return Attribute(before.Select(bin => (bin.Share, bin.Values?.Mean)), after.Select(bin => (bin.Share, bin.Values?.Mean)));
    }

    /// <summary>The same of shares and means; the mean of an empty bin is null.</summary>
    internal static LengthAttribution Attribute(
        IEnumerable<(double Share, double? Mean)> before, IEnumerable<(double Share, double? Mean)> after)
    {
        double between = 0, within = 0, meanBefore = 0, meanAfter = 0;
        foreach (var (a, b) in before.Zip(after))
        {
            if ((a.Mean ?? b.Mean) is not { } meanA || (b.Mean ?? a.Mean) is not { } meanB) continue;
            between += (b.Share - a.Share) * (meanA + meanB) / 2;
            within += (a.Share + b.Share) / 2 * (meanB - meanA);
            meanBefore += a.Share * meanA;
            meanAfter += b.Share * meanB;
        }
        return new LengthAttribution(meanAfter - meanBefore, between, within);
    }

    /// <summary>The edges of bins that are all equally wide, <c>⌊length / width⌋</c>, for lengths from 0.</summary>
    /// <param name="width">Width of a bin; 5 tokens is the ledger's.</param>
    /// <param name="longest">The longest length that has a bin of its own; longer ones share the last.</param>
    public static IReadOnlyList<double> Edges(int width, int longest)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        return [.. Enumerable.Range(1, Math.Max(0, longest / width)).Select(i => (double)i * width)];
    }

    /// <summary>Index of the bin of a length.</summary>
    internal static int BinOf(double length, IReadOnlyList<double> edges)
    {
        var (low, high) = (0, edges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = edges[middle] <= length ? (middle + 1, high) : (low, middle);
        }
        return low;
    }
}
