using System.IO.Enumeration;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Reading;

/// <summary>Which metrics of a run are asked for.</summary>
/// <param name="Steps">Of which steps.</param>
/// <param name="Names">Names, in which * and ? stand for any characters; none for all.</param>
sealed record MetricQuery(StepRange Steps, IReadOnlyList<string> Names)
{
    /// <summary>Finds them, step by step.</summary>
    /// <exception cref="MetricUnknownException">No run could have a metric of such a name.</exception>
    public Answer<MetricsLine> Of(RunRecord run)
    {
        StepMetrics[] all = [.. StepMetrics.Of(run)];
        string[] names = [.. all.SelectMany(step => step.Values.Keys).Distinct()];
        foreach (var name in Names) ThrowIfUnknown(name, names);
        var lines = all.Where(step => Steps.Contains(step.Step)).Select(Choose)
            .Where(line => line.Metrics.Count > 0 || Names.Count == 0 && line.NotApplied is not null);
        return new Answer<MetricsLine>(lines, () => WhatThereIs(run.Id, all, names));
    }

    /// <summary>The metrics of a line that are among some names; what else it says stays.</summary>
    public static MetricsLine Choose(MetricsLine line, IReadOnlyList<string> names) => line with
    {
        Metrics = line.Metrics.Where(metric => names.Any(name => Matches(name, metric.Key))).ToDictionary(),
        Spreads = line.Spreads.Where(metric => names.Any(name => Matches(name, metric.Key))).ToDictionary(),
    };

    MetricsLine Choose(StepMetrics step) => Names.Count == 0 ? MetricsLine.Of(step) : Choose(MetricsLine.Of(step), Names);

    static void ThrowIfUnknown(string name, IReadOnlyList<string> names)
    {
        var known = names.Concat(MetricGlossary.All.Select(metric => metric.Name)).Distinct().ToArray();
        if (MetricGlossary.Find(name) is null && !known.Any(one => Matches(name, one))) throw new MetricUnknownException(name, known);
    }

    string WhatThereIs(RunId run, StepMetrics[] all, string[] names)
    {
        if (all.Length == 0) return $"run {run} has no metrics yet";
        StepMetrics[] named = [.. all.Where(step => Choose(step).Metrics.Count > 0)];
        return named.Length == 0
            ? $"run {run} has no metric of that name; it has {string.Join(", ", names)}"
            : $"no metrics of these steps: run {run} has {(Names.Count > 0 ? "those" : "metrics")} "
                + $"of {Readable.Steps([.. named.Select(step => step.Step)])}";
    }

    static bool Matches(string glob, string name) => FileSystemName.MatchesSimpleExpression(glob, name, ignoreCase: false);
}
