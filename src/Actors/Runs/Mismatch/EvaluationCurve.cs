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
/// <param name="ProxyChange">The same of the proxy on the same prompts; null where a reward model failed on all of them.</param>
/// <param name="Peak">
/// The step of the best mean: too good, as the best of noisy ones is; <paramref name="PeakSet"/> says how sure it is.
/// </param>
/// <param name="PeakSet">Steps that may be the best, at 95%; null without a direction.</param>
/// <param name="FallNotBefore">The first step that may be the onset of its fall by more than δ; null where none is established.</param>
/// <param name="FallBy">The step by which the fall is proven.</param>
/// <param name="FellFrom">The best step before that, by its mean.</param>
/// <param name="ProxyChangeInFall">What the proxy did from there to where the fall is proven, within prompts.</param>
/// <param name="IsEstablished">Whether the fall is proven, too, where all series with a direction share the risk.</param>
/// <param name="Law">Gao's law of it over √KL; null without a direction, KL, or three points.</param>
public sealed record EvaluationCurve(
    string Series, string Direction, string Role, int N, IReadOnlyList<int> Steps, IReadOnlyList<Measured> Means, Measured Change,
    Measured? ProxyChange, int Peak, IReadOnlyList<int>? PeakSet, int? FallNotBefore, int? FallBy, int? FellFrom,
    Measured? ProxyChangeInFall, bool IsEstablished, FittedLaw? Law)
{
    /// <summary>Whether it is established that it fell while the proxy rose.</summary>
    public bool FellWhileProxyRose => IsEstablished && ProxyChangeInFall?.Low > 0;

    /// <summary>Its mean at a step that it judged.</summary>
    public Measured At(int step) => Means[Steps.Index().First(one => one.Item == step).Index];

    /// <summary>All series that judged at least two evaluations.</summary>
    public static IReadOnlyList<EvaluationCurve> All(RunEvidence evidence)
    {
        var among = Math.Max(1, evidence.Series.Count(one => one.HasDirection));
        return [.. evidence.Series.Select(series => Of(evidence, series, among)).OfType<EvaluationCurve>()];
    }

    static EvaluationCurve? Of(RunEvidence evidence, ScoreSeries series, int among)
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
        double[] means = [.. better.Select(scores => scores.Average())];
        int? from = onset is null ? null : Array.IndexOf(means, means[..onset.Proven].Max());
        int StepOf(int index) => evidence.Evaluations[evaluations[index]].Step;
        return new EvaluationCurve(
            series.Name, NameOf(metric.Direction), NameOf(metric.Role), prompts.Length,
            [.. evaluations.Select(k => evidence.Evaluations[k].Step)], [.. values.Select(one => MeanInterval.Of(one))],
            PairedChange.Of(values[0], values[^1]), ProxyChangeOf(0, evaluations.Length - 1),
            StepOf(Array.IndexOf(means, means.Max())), peaks?.Steps.Select(StepOf).ToArray(),
            onset is null ? null : StepOf(onset.First), onset is null ? null : StepOf(onset.Proven),
            from is { } best ? StepOf(best) : null, from is { } start ? ProxyChangeOf(start, onset!.Proven) : null,
            onset is not null && Onset.Of(better, series.Delta, among) is not null,
            series.HasDirection ? FittedLaw.Of([.. evaluations.Select(k => evidence.Evaluations[k])], means) : null);

        Measured? ProxyChangeOf(int a, int b)
        {
            var (before, after) = (evidence.Evaluations[evaluations[a]].Proxy, evidence.Evaluations[evaluations[b]].Proxy);
            int[] finite = [.. prompts.Where(i => double.IsFinite(before[i]) && double.IsFinite(after[i]))];
            return finite.Length == 0 ? null : PairedChange.Of([.. finite.Select(i => before[i])], [.. finite.Select(i => after[i])]);
        }
    }

    static string NameOf(Enum value) => value.ToString().ToLowerInvariant();
}
