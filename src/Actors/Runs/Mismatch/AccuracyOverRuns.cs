using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Ranking;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>
/// Link 3 over runs: does the accuracy of reward models on held-out comparisons predict what an evaluation says of the policies that
/// were trained with them.
/// </summary>
/// <remarks>
/// Source of the question: Chen et al. 2024, The Accuracy Paradox in RLHF (arXiv 2410.06554). Runs that differ in more than their reward
/// models differ in their policies for other reasons, too.
/// </remarks>
/// <param name="Yardstick">The evaluation that most of the runs have as theirs; null where no run has one.</param>
/// <param name="Runs">Those that have it and reward models, in the order given.</param>
/// <param name="AtEnd">Spearman's ρ of accuracy and the evaluation at the last step; null with fewer runs than a claim needs, or
/// where either is the same in all runs.</param>
/// <param name="AtBest">The same with the evaluation at its best step.</param>
public sealed record AccuracyOverRuns(
    string? Yardstick, IReadOnlyList<AccuracyOverRuns.OfRun> Runs, Measured? AtEnd, Measured? AtBest)
{
    /// <summary>A run.</summary>
    /// <param name="Run">Its id.</param>
    /// <param name="Members">Its reward models.</param>
    /// <param name="Accuracy">Mean of their held-out accuracies.</param>
    /// <param name="Last">The evaluation at the last step that it judged.</param>
    /// <param name="Best">The evaluation at the step of its best mean.</param>
    /// <param name="BestStep">That step.</param>
    public sealed record OfRun(string Run, int Members, double Accuracy, Measured Last, Measured Best, int BestStep);

    /// <summary>Reads it from the runs' ledgers.</summary>
    /// <param name="ledgers">One of each run.</param>
    public static AccuracyOverRuns Of(IReadOnlyList<MismatchLedger> ledgers)
    {
        var yardstick = ledgers.Select(ledger => ledger.Yardstick).OfType<string>().CountBy(name => name)
            .OrderByDescending(count => count.Value).Select(count => count.Key).FirstOrDefault();
        OfRun[] runs = [.. ledgers.Where(ledger => ledger.Yardstick == yardstick).Select(Read).OfType<OfRun>()];
        Measured? Rank(Func<OfRun, double> policy) => runs.Length < RankCorrelation.FewestForClaim
            ? null
            : RankCorrelation.Spearman([.. runs.Select(run => run.Accuracy)], [.. runs.Select(policy)]);
        var sign = ledgers.SelectMany(ledger => ledger.PolicyToEvaluation).FirstOrDefault(curve => curve.Series == yardstick)?
            .Direction == "lower" ? -1 : 1;
        return new AccuracyOverRuns(yardstick, runs, Rank(run => sign * run.Last.Value), Rank(run => sign * run.Best.Value));
    }

    static OfRun? Read(MismatchLedger ledger)
    {
        var curve = ledger.PolicyToEvaluation.FirstOrDefault(one => one.Series == ledger.Yardstick);
        double[] accuracies = [.. ledger.RewardToPolicy?.Members.Select(one => one.HeldoutAccuracy?.Value).OfType<double>() ?? []];
        return curve is null || accuracies.Length == 0
            ? null
            : new OfRun(ledger.Run, accuracies.Length, accuracies.Average(), curve.Means[^1], curve.At(curve.Peak), curve.Peak);
    }
}
