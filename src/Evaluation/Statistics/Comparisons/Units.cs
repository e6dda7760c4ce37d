namespace ActorRlhf.Evaluation.Statistics.Comparisons;

/// <summary>One number a unit where units were measured several times: intervals assume independent numbers.</summary>
public static class Units
{
    /// <summary>Means of the values of each unit, in the order in which units first appear.</summary>
    /// <param name="values">Any number of values of each unit.</param>
    /// <param name="ids">The unit of each value. Completions of one draw of a prompt are one unit; two draws of one text are two.</param>
    /// <remarks>Miller 2024 (arXiv 2411.00640): clustered errors without averaging would take each completion for a new prompt.</remarks>
    /// <exception cref="ArgumentException">Values and units differ in number, or a value is not finite.</exception>
    public static IReadOnlyList<double> Average<TId>(IReadOnlyList<double> values, IReadOnlyList<TId> ids)
        where TId : notnull
    {
        if (values.Count != ids.Count) throw new ArgumentException($"{values.Count} values and {ids.Count} units: they are pairs.");
        Series.RequireFinite(values, "values");
        var (places, sums, counts) = (new Dictionary<TId, int>(), new List<double>(), new List<int>());
        for (var i = 0; i < values.Count; i++)
        {
            if (places.TryAdd(ids[i], sums.Count))
            {
                sums.Add(0);
                counts.Add(0);
            }
            sums[places[ids[i]]] += values[i];
            counts[places[ids[i]]]++;
        }
        return [.. sums.Zip(counts, (sum, count) => sum / count)];
    }
}
