using System.Runtime.InteropServices;

namespace ActorRlhf.Host.Api;

/// <summary>Metrics as columns.</summary>
/// <param name="Step">Steps, ascending; 0 is before RL.</param>
/// <param name="Metrics">By name a value for each of these steps; null where there is none, or where it is not finite.</param>
sealed record MetricColumns(IReadOnlyList<int> Step, IReadOnlyDictionary<string, IReadOnlyList<double?>> Metrics)
{
    /// <summary>The columns of some steps.</summary>
    /// <param name="steps">All steps of the run, ascending.</param>
    /// <param name="columns">By name a value for each of them; NaN where there is none.</param>
    /// <param name="from">The first step.</param>
    /// <param name="to">The last step.</param>
    /// <param name="names">Which metrics; null for all.</param>
    /// <param name="points">
    /// About how many steps: of each of as many equal parts the first step stays, and for every metric those with its least and its
    /// greatest value, so that no peak is lost. Null for all steps.
    /// </param>
    public static MetricColumns Of(
        IReadOnlyList<int> steps, IReadOnlyDictionary<string, List<double>> columns, int from, int to, IReadOnlyList<string>? names,
        int? points)
    {
        var (first, end) = (Place(steps, from), to == int.MaxValue ? steps.Count : Place(steps, to + 1));
        var chosen = names
            ?? [.. columns.Where(column => Has(column.Value, first, end)).Select(column => column.Key).Order(StringComparer.Ordinal)];
        var rows = points < end - first ? Thin(columns, chosen, points.Value, first, end)
            : [.. Enumerable.Range(first, Math.Max(0, end - first))];
        return new MetricColumns([.. rows.Select(row => steps[row])], chosen.ToDictionary(name => name, IReadOnlyList<double?> (name) =>
            columns.TryGetValue(name, out var column)
                ? [.. rows.Select(row => double.IsFinite(column[row]) ? column[row] : (double?)null)]
                : new double?[rows.Length]));
    }

    static bool Has(List<double> column, int first, int end) =>
        first < end && CollectionsMarshal.AsSpan(column)[first..end].ContainsAnyExcept(double.NaN);

    /// <summary>The row of a step, or of the first one behind it.</summary>
    static int Place(IReadOnlyList<int> steps, int step)
    {
        var (low, high) = (0, steps.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (steps[middle] < step) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    static int[] Thin(
        IReadOnlyDictionary<string, List<double>> columns, IReadOnlyList<string> names, int points, int first, int end)
    {
        var kept = new SortedSet<int> { end - 1 };
        var count = end - first;
        for (var part = 0; part < points; part++)
        {
            var (from, to) = (first + (int)((long)part * count / points), first + (int)((part + 1L) * count / points));
            if (from == to) continue;
            kept.Add(from);
            foreach (var name in names)
            {
                if (!columns.TryGetValue(name, out var column)) continue;
                var (least, greatest) = Extremes(CollectionsMarshal.AsSpan(column)[from..to]);
                if (least < 0) continue;
                kept.Add(from + least);
                kept.Add(from + greatest);
            }
        }
        return [.. kept];
    }

    /// <summary>Where the least and the greatest value are; -1 where there is none.</summary>
    static (int Least, int Greatest) Extremes(ReadOnlySpan<double> values)
    {
        var (least, greatest) = (-1, -1);
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i])) continue;
            if (least < 0 || values[i] < values[least]) least = i;
            if (greatest < 0 || values[i] > values[greatest]) greatest = i;
        }
        return (least, greatest);
    }
}
