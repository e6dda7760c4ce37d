using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Change;
using ActorRlhf.Evaluation.Statistics.Comparisons;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>Link 2: one evaluation over the steps of a run, beside the proxy.</summary>
/// <param name="Series">Its name.</param>
/// <param name="Direction"><c>higher</c>, <c>lower</c> or <c>none</c>: which way is better.</param>
/// <param name="Role"><c>train</c>, <c>development</c> or <c>heldout</c>.</param>
/// <param name="N">Prompts with a value at every evaluation that it judged.</param>
/// <param name="Steps">Steps that it judged.</param>
/// <param name="Means">Mean over these prompts by step, with Student's interval, in its own unit.</param>
/// <param name="Change">Last minus first, within prompts, in its own unit.</param>
/// <param name="ProxyChange">The same of the proxy on the same prompts.</param>
/// <param name="Peak">
/// The step of the best mean: too good, as the best of noisy ones is; <paramref name="PeakSet"/> says how sure it is.
/// </param>
/// <param name="PeakSet">Steps that may be the best, at 95%; null without a direction.</param>
/// <param name="FallNotBefore">The first step that may be the onset of its fall by more than δ; null where none is established.</param>
/// <param name="FallBy">The step by which the fall is proven.</param>
/// <param name="Law">Gao's law of it over √KL; null without a direction, KL, or three points.</param>
public sealed record EvaluationCurve(
    string Series, string Direction, string Role, int N, IReadOnlyList<int> Steps, IReadOnlyList<Measured> Means, Measured Change,
    Measured ProxyChange, int Peak, IReadOnlyList<int>? PeakSet, int? FallNotBefore, int? FallBy, FittedLaw? Law)
{
    /// <summary>Whether it is established that it fell while the proxy rose.</summary>
    public bool FellWhileProxyRose => FallBy is not null && ProxyChange.Low > 0;

    /// <summary>All series that judged at least two evaluations.</summary>
    public static IReadOnlyList<EvaluationCurve> All(RunEvidence evidence) =>
        [.. evidence.Series.Select(series => Of(evidence, series)).OfType<EvaluationCurve>()];

    static EvaluationCurve? Of(RunEvidence evidence, ScoreSeries series)
    {
        var evaluations = series.Evaluations;
        if (evaluations.Length < 2) return null;
        var prompts = series.PromptsAt(evaluations);
        if (prompts.Length == 0) return null;
        var (metric, better) = (series.Metric, evaluations.Select(k => series.Better(k, prompts)).ToArray());
        var sign = metric.Direction is MetricDirection.Lower ? -1 : 1;
        double[][] values = [.. better.Select(scores => Array.ConvertAll(scores, score => sign * score))];
        var peaks = series.HasDirection ? Evaluation.Statistics.Change.PeakSet.Of(better) : null;
        var onset = series.HasDirection ? Onset.Of(better, series.Delta) : null;
        int StepOf(int index) => evidence.Evaluations[evaluations[index]].Step;
        double[] Proxy(int index) => [.. prompts.Select(i => evidence.Evaluations[evaluations[index]].Proxy[i])];
        double[] means = [.. better.Select(scores => scores.Average())];
        return new EvaluationCurve(
            series.Name, metric.Direction.ToString().ToLowerInvariant(), metric.Role.ToString().ToLowerInvariant(), prompts.Length,
            [.. evaluations.Select(k => evidence.Evaluations[k].Step)], [.. values.Select(one => MeanInterval.Of(one))],
            PairedChange.Of(values[0], values[^1]), PairedChange.Of(Proxy(0), Proxy(evaluations.Length - 1)),
            StepOf(Array.IndexOf(means, means.Max())), peaks?.Steps.Select(StepOf).ToArray(),
            onset is null ? null : StepOf(onset.First), onset is null ? null : StepOf(onset.Proven),
            series.HasDirection ? FittedLaw.Of([.. evaluations.Select(k => evidence.Evaluations[k])], means) : null);
    }
}
