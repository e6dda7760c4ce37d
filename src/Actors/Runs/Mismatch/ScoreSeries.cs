using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>One metric of one evaluator over the evaluations of a run, by prompt.</summary>
/// <param name="Evaluator">The evaluator's id; null for what the log itself holds, as the length.</param>
/// <param name="Version">Its version; null likewise.</param>
/// <param name="Metric">What it says of itself.</param>
/// <param name="Scores">
/// By evaluation, then by prompt: the value; NaN where the item failed, null where the metric does not apply. An evaluation that it did not
/// judge is null as a whole.
/// </param>
public sealed record ScoreSeries(string? Evaluator, string? Version, Metric Metric, IReadOnlyList<double?[]?> Scores)
{
    /// <summary>Whether it judged while the run went on: whoever asks later has looked, and chooses by what he saw.</summary>
    public bool IsLive { get; init; } = true;

    /// <summary><c>eval/EVALUATOR/METRIC</c>, as metrics are called; <c>heldout/METRIC</c> for what the log itself holds.</summary>
    public string Name => Evaluator is null ? $"heldout/{Metric.Name}" : $"eval/{Evaluator}/{Metric.Name}";

    /// <summary>Whether no evaluator said it.</summary>
    public bool IsOfLog => Evaluator is null;

    /// <summary>Whether one way is better.</summary>
    public bool HasDirection => Metric.Direction is not MetricDirection.None;

    /// <summary>Whether it may steer a run: a development metric with a direction and a range that was fixed before.</summary>
    public bool MaySteer => IsLive && MaySteerBy(Metric) && Name != Yardstick.Development;

    /// <summary>Whether a metric may steer a run.</summary>
    public static bool MaySteerBy(Metric metric) =>
        metric is { Role: MetricRole.Development, Range: not null, Direction: not MetricDirection.None };

    /// <summary>δ of the ledger in its unit: .02 of its range, or .02 where nobody gave one.</summary>
    public double Delta => MismatchLedger.Delta * (Metric.Range is var (least, most) ? most - least : 1);

    /// <summary>The prompts that it speaks of: those to which it applied at its first evaluation, failed ones too.</summary>
    public int[] Prompts => Scores.FirstOrDefault(scores => scores is not null) is { } first
        ? [.. Enumerable.Range(0, first.Length).Where(i => first[i] is not null)]
        : [];

    /// <summary>The prompts of these with a value at each of some evaluations.</summary>
    public int[] PromptsAt(IEnumerable<int> evaluations)
    {
        double?[][] wanted = [.. evaluations.Select(k => Scores[k]).OfType<double?[]>()];
        return [.. Prompts.Where(i => wanted.All(scores => scores[i] is { } value && double.IsFinite(value)))];
    }

    /// <summary>The evaluations that it judged.</summary>
    public int[] Evaluations => [.. Enumerable.Range(0, Scores.Count).Where(k => Scores[k] is not null)];

    /// <summary>By evaluation and prompt, as a share of the way from its worst to its best value; of a metric with a range.</summary>
    public IReadOnlyList<double?[]?> Goodness => [.. Scores.Select(scores => scores is null ? null : Array.ConvertAll(
        scores, score => score is { } value && double.IsFinite(value) ? Metric.Range!.Goodness(value, Metric.Direction) : (double?)null))];

    /// <summary>Values of one evaluation, the sign turned so that more is better.</summary>
    /// <param name="evaluation">One that it judged.</param>
    /// <param name="prompts">With a value there.</param>
    public double[] Better(int evaluation, IReadOnlyList<int> prompts)
    {
        var sign = Metric.Direction is MetricDirection.Lower ? -1 : 1;
        return [.. prompts.Select(i => sign * Scores[evaluation]![i]!.Value)];
    }
}
