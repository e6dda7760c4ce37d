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
        evidence.Series.FirstOrDefault(one => one.Evaluator == BuiltInEvaluators.PocketGold) is { } gold
            ? OfSeries(gold)
            : DevelopmentOf(evidence);

    /// <summary>The <see cref="DevelopmentScore"/> of a run; null without one.</summary>
    public static Yardstick? DevelopmentOf(RunEvidence evidence) => DevelopmentScore.Of(
        evidence.Series.Where(one => one.MaySteer).Select(one => one.Goodness), evidence.Evaluations.Count) is var (prompts, scores)
        ? new Yardstick(Development, prompts, scores, MismatchLedger.Delta)
        : null;

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
