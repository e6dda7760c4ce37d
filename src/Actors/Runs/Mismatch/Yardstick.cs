using ActorRlhf.Evaluation.Catalogue;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>One score by evaluation and prompt, whole and with more being better, against which others are held.</summary>
/// <param name="Name">The series' name.</param>
/// <param name="Prompts">The prompts that it speaks of.</param>
/// <param name="Scores">By evaluation, then by these prompts.</param>
public sealed record Yardstick(string Name, IReadOnlyList<int> Prompts, IReadOnlyList<double[]> Scores)
{
    /// <summary>The name of the series that the <see cref="DevelopmentScore"/> is.</summary>
    public const string Development = "heldout/development";

    /// <summary>
    /// What reward is held against: gold where it judged every evaluation, else the development score; null without either.
    /// </summary>
    public static Yardstick? Of(RunEvidence evidence) =>
        (evidence.Series.FirstOrDefault(one => one.Evaluator == BuiltInEvaluators.PocketGold) is { } gold ? OfSeries(gold) : null)
        ?? DevelopmentOf(evidence);

    /// <summary>The <see cref="DevelopmentScore"/> of a run; null without one.</summary>
    public static Yardstick? DevelopmentOf(RunEvidence evidence) =>
        evidence.Find(Development) is { } development ? OfSeries(development) : null;

    /// <summary>
    /// A series with a direction as a yardstick; null where it did not judge every evaluation, or has no prompt at all of them.
    /// </summary>
    public static Yardstick? OfSeries(ScoreSeries series)
    {
        if (!series.HasDirection || series.Scores.Count == 0 || series.Scores.Any(scores => scores is null)) return null;
        var prompts = series.PromptsAt(Enumerable.Range(0, series.Scores.Count));
        return prompts.Length == 0
            ? null
            : new Yardstick(series.Name, prompts,
                [.. Enumerable.Range(0, series.Scores.Count).Select(k => series.Better(k, prompts))]);
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
