using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Comparing;

/// <summary>Runs beside each other at one step.</summary>
/// <param name="Step">The step; 0 is before RL.</param>
/// <param name="Metrics">By the name of the metric and the run; null for a run that does not have it.</param>
public sealed record ComparedStep(int Step, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double?>> Metrics)
{
    const int FewestRuns = 2;                         // one alone is no comparison

    /// <summary>The steps and metrics that at least two of the runs have.</summary>
    public static IReadOnlyList<ComparedStep> Of(IReadOnlyList<RunRecord> runs)
    {
        var metrics = runs.ToDictionary(run => run.Id.Value,
            run => StepMetrics.Of(run).ToDictionary(step => step.Step, step => step.Values));
        return
        [
            .. from step in metrics.Values.SelectMany(steps => steps.Keys).Distinct().Order()
               let names = metrics.Values.SelectMany(steps => steps.TryGetValue(step, out var values) ? values.Keys : [])
                   .GroupBy(name => name).Where(name => name.Count() >= FewestRuns)
               let compared = names.ToDictionary(name => name.Key, name =>
                   (IReadOnlyDictionary<string, double?>)metrics.ToDictionary(run => run.Key, run => Value(run.Value, step, name.Key)))
               where compared.Count > 0
               select new ComparedStep(step, compared),
        ];
    }

    static double? Value(Dictionary<int, IReadOnlyDictionary<string, double>> steps, int step, string name) =>
        steps.TryGetValue(step, out var values) && values.TryGetValue(name, out var value) ? value : null;
}
