using System.Globalization;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Ranking;

namespace ActorRlhf.Host.Reproduction;

/// <summary>Whether a more accurate reward model makes a better policy: twelve models that differ in data and passes over them.</summary>
static class AccuracyStudy
{
    const double Predicts = .5;

    static readonly int[] s_pairs = [256, 512, 1024, 2048, 4096, 8192], s_epochs = [1, 3];

    public static Study Study { get; } = new(
        "accuracy", "A reward model's accuracy does not predict how good the policy becomes.",
        "Chen et al. 2024, The Accuracy Paradox in RLHF (arXiv 2410.06554)", "micro", ["reward.members=1"],
        [
            .. from pairs in s_pairs
               from epochs in s_epochs
               select new StudyCondition(
                   string.Create(CultureInfo.InvariantCulture, $"pairs-{pairs}-epochs-{epochs}"),
                   string.Create(CultureInfo.InvariantCulture, $"preferences.pairs={pairs}"),
                   string.Create(CultureInfo.InvariantCulture, $"reward.epochs={epochs}")),
        ],
        (runs, _) => Task.FromResult(Measure(runs)));

    static StudyOutcome Measure(StudyRuns runs)
    {
        // Within a seed all models judge the same SFT policy; between seeds policies differ, too, which is not asked.
        Measured? Rank(Func<FinishedRun, double> policy) => runs.BySeed(seed =>
        {
            FinishedRun[] models = [.. runs.All.Where(run => run.Run.Seed == seed)];
            return models.Length < RankCorrelation.FewestForClaim
                ? null
                : RankCorrelation.Spearman([.. models.Select(run => run.Accuracy)], [.. models.Select(policy)])?.Value;
        });
        return StudyOutcome.Of(
            runs,
            [
                StudyClaim.Below("rank correlation of accuracy with gold at the end is below .5", Rank(run => run.GoldAtEnd), Predicts),
                StudyClaim.Below("the same with gold at its peak", Rank(run => run.GoldCurve.Max()), Predicts),
            ],
            ("accuracy", run => run.Accuracy), ("gold at its peak", run => run.GoldCurve.Max()), ("gold at the end", run => run.GoldAtEnd),
            ("gold lost from the peak", run => run.GoldLost), ("√KL at the end", run => run.DistanceAtEnd));
    }
}
