using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Comparing;

/// <summary>Runs beside each other at one distance from the reference.</summary>
/// <param name="SqrtKl">√KL on held-out prompts, √nats.</param>
/// <param name="Metrics">By the name of the metric and the run, interpolated; null for a run that does not have it.</param>
public sealed record ComparedDistance(double SqrtKl, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double?>> Metrics)
{
    const int Points = 11;                            // ends and tenths

    static readonly (string Name, Func<HeldoutPoint, double?> Of)[] s_figures =
        [("heldout/scores", point => point.Proxy), ("objective/gold", point => point.Gold), ("heldout/length", point => point.Length)];

    /// <summary>Eleven distances from the nearest to the farthest that all runs reached; none if there is no such range.</summary>
    public static IReadOnlyList<ComparedDistance> Of(IReadOnlyList<RunRecord> runs)
    {
        var curves = runs.ToDictionary(run => run.Id.Value, run => new HeldoutCurve(run.HeldoutPoints()));
        if (curves.Values.Any(curve => curve.Range is null)) return [];
        var (from, to) = (curves.Values.Max(curve => curve.Range!.Value.From), curves.Values.Min(curve => curve.Range!.Value.To));
        // The last point is the end itself, whatever rounding makes of a sum of tenths.
        return from >= to
            ? []
            : [.. Enumerable.Range(0, Points).Select(i => At(curves, i == Points - 1 ? to : from + (to - from) * i / (Points - 1)))];
    }

    static ComparedDistance At(Dictionary<string, HeldoutCurve> curves, double distance) => new(distance, s_figures.ToDictionary(
        figure => figure.Name, figure => (IReadOnlyDictionary<string, double?>)
            curves.ToDictionary(curve => curve.Key, curve => curve.Value.At(distance, figure.Of))));
}
