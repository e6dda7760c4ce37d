using ActorRlhf.Evaluation.Catalogue;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>One score by evaluation and prompt, whole and with more being better, against which others are held.</summary>
/// <param name="Name">The series' name, or <c>development</c>.</param>
/// <param name="Prompts">The prompts that it speaks of.</param>
/// <param name="Scores">By evaluation, then by these prompts.</param>
/// <param name="Delta">δ in its unit.</param>
public sealed record Yardstick(string Name, IReadOnlyList<int> Prompts, IReadOnlyList<double[]> Scores, double Delta)
{
    /// <summary>The name of <see cref="DevelopmentOf"/>.</summary>
    public const string Development = "development";

    /// <summary>What reward is held against: gold where it is known, else the development score; null without either.</summary>
    public static Yardstick? Of(RunEvidence evidence) =>
        evidence.Series.FirstOrDefault(one => one.Evaluator == BuiltInEvaluators.PocketGold) is { } gold ? OfSeries(gold) : DevelopmentOf(evidence);

    /// <summary>
    /// The mean, by prompt, of the development metrics that apply to it, each as a share of the way from its worst to its best value. Only
    /// those that judged every evaluation count: the mean must be of the same thing at each step. Null without one.
    /// </summary>
    public static Yardstick? DevelopmentOf(RunEvidence evidence)
    {
        ScoreSeries[] steering = [.. evidence.Series.Where(one => one.MaySteer && one.Scores.All(scores => scores is not null))];
        var steps = evidence.Evaluations.Count;
        var by = steering.Select(one => (Series: one, Prompts: one.PromptsAt(Enumerable.Range(0, steps)).ToHashSet())).ToArray();
        int[] prompts = [.. Enumerable.Range(0, evidence.PromptIds.Count).Where(i => by.Any(one => one.Prompts.Contains(i)))];
        return steps == 0 || prompts.Length == 0
            ? null
            : new Yardstick(Development, prompts,
                [.. Enumerable.Range(0, steps).Select(k => Array.ConvertAll(prompts, i => by.Where(one => one.Prompts.Contains(i))
                    .Average(one => one.Series.Metric.Range!.Goodness(one.Series.Scores[k]![i]!.Value, one.Series.Metric.Direction))))],
                MismatchLedger.Delta);
    }

    /// <summary>A series with a direction as a yardstick; null where it did not judge every evaluation, or has no prompt at all of them.</summary>
    public static Yardstick? OfSeries(ScoreSeries series)
    {
        if (!series.HasDirection || series.Scores.Count == 0 || series.Scores.Any(scores => scores is null)) return null;
        var prompts = series.PromptsAt(Enumerable.Range(0, series.Scores.Count));
        return prompts.Length == 0
            ? null
            : new Yardstick(series.Name, prompts,
                [.. Enumerable.Range(0, series.Scores.Count).Select(k => series.Better(k, prompts))], series.Delta);
    }

    /// <summary>The evaluation with the highest mean, the earliest of equals.</summary>
    public int Highest()
    {
        double[] means = [.. Scores.Select(scores => scores.Average())];
        return Array.IndexOf(means, means.Max());
    }

    /// <summary>Numbers of the prompts that it speaks of.</summary>
    public double[] Of(double[] values) => [.. Prompts.Select(i => values[i])];
}
