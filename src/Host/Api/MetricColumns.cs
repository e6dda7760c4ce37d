using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Api;

/// <summary>Metrics as columns.</summary>
/// <param name="Step">Steps, ascending; 0 is before RL.</param>
/// <param name="Metrics">By name a value for each of these steps; null where there is none, or where it is not finite.</param>
sealed record MetricColumns(IReadOnlyList<int> Step, IReadOnlyDictionary<string, IReadOnlyList<double?>> Metrics)
{
    /// <summary>The columns of some steps.</summary>
    /// <param name="steps">In their order.</param>
    /// <param name="names">Which metrics; null for all.</param>
    /// <param name="points">
    /// About how many steps: of each of as many equal parts the first step stays, and for every metric those with its least and its
    /// greatest value, so that no peak is lost. Null for all steps.
    /// </param>
    public static MetricColumns Of(IReadOnlyList<StepMetrics> steps, IReadOnlyList<string>? names, int? points)
    {
        var chosen = names ?? [.. steps.SelectMany(step => step.Values.Keys).Distinct().Order(StringComparer.Ordinal)];
        if (points < steps.Count) steps = Thin(steps, chosen, points.Value);
        return new MetricColumns(
            [.. steps.Select(step => step.Step)],
            chosen.ToDictionary(name => name, IReadOnlyList<double?> (name) => [.. steps.Select(step =>
                step.Values.TryGetValue(name, out var value) && double.IsFinite(value) ? value : (double?)null)]));
    }

    static StepMetrics[] Thin(IReadOnlyList<StepMetrics> steps, IReadOnlyList<string> names, int points)
    {
        var kept = new SortedSet<int> { steps.Count - 1 };
        for (var part = 0; part < points; part++)
        {
            var (from, to) = ((int)((long)part * steps.Count / points), (int)((part + 1L) * steps.Count / points));
            if (from == to) continue;
            kept.Add(from);
            foreach (var name in names)
            {
                var there = Enumerable.Range(from, to - from).Where(i => steps[i].Values.ContainsKey(name)).ToArray();
                if (there.Length == 0) continue;
                kept.Add(there.MinBy(i => steps[i].Values[name]));
                kept.Add(there.MaxBy(i => steps[i].Values[name]));
            }
        }
        return [.. kept.Select(i => steps[i])];
    }
}
