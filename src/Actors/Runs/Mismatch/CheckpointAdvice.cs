using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Attribution;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>Which step to ship.</summary>
/// <param name="Step">The earliest step that may be the best of the development score: as good as any, and nearer to the reference.</param>
/// <param name="PeakSet">The steps that may be the best of it, at 95%.</param>
/// <param name="ByProxy">The step that the highest mean proxy would have chosen.</param>
/// <param name="BySeries">The step that each evaluation's best mean would have chosen, by its name.</param>
/// <param name="Regret">
/// What the advised step loses against the best one by the yardstick, cross-fitted: both chosen on one half of the prompts, compared on the
/// other. Null without gold: whoever chose cannot judge the choice.
/// </param>
/// <param name="RegretOfProxy">The same of the step with the highest mean proxy.</param>
/// <param name="RegretOfLast">The same of the last step.</param>
public sealed record CheckpointAdvice(
    int Step, IReadOnlyList<int> PeakSet, int ByProxy, IReadOnlyDictionary<string, int> BySeries, Measured? Regret, Measured? RegretOfProxy,
    Measured? RegretOfLast)
{
    /// <summary>The advice; null where no development evaluator judged every evaluation.</summary>
    internal static CheckpointAdvice? Of(RunEvidence evidence, Yardstick? development, Yardstick? yardstick)
    {
        if (development is null) return null;
        var steps = evidence.Evaluations;
        var peaks = Evaluation.Statistics.Change.PeakSet.Of(development.Scores);
        double[] proxies = [.. steps.Select(one => one.Proxy.Where(double.IsFinite).DefaultIfEmpty(double.NegativeInfinity).Average())];
        var gold = yardstick is null || yardstick.Name == development.Name ? null : yardstick;
        return new CheckpointAdvice(
            steps[peaks.Steps[0]].Step, [.. peaks.Steps.Select(k => steps[k].Step)], steps[Array.IndexOf(proxies, proxies.Max())].Step,
            evidence.Series.Select(Yardstick.OfSeries).OfType<Yardstick>().ToDictionary(one => one.Name, one => steps[one.Highest()].Step),
            RegretOf(prompts => Evaluation.Statistics.Change.PeakSet.Of(
                [.. development.Scores.Select(scores => Chosen(scores, prompts))]).Steps[0]),
            RegretOf(null), RegretOf(_ => steps.Count - 1));

        // Gold and development score over the same prompts, so that a half of one is a half of the other.
        Measured? RegretOf(Func<IReadOnlyList<int>, int>? choose)
        {
            if (gold is null || !gold.Prompts.SequenceEqual(development.Prompts)) return null;
            StepScores[] scores = [.. steps.Select((one, k) => new StepScores(gold.Of(one.Proxy), gold.Scores[k]))];
            if (scores.Any(one => !one.Proxy.All(double.IsFinite))) return null;
            return (choose is null ? CheckpointRegret.Of(scores) : CheckpointRegret.Of(scores, choose)).CrossFitted;
        }
    }

    static double[] Chosen(double[] scores, IReadOnlyList<int> prompts) => [.. prompts.Select(i => scores[i])];
}
