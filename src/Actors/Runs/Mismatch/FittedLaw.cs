using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.OverOptimisation;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>Gao's law of RL, R(d) = d(α − β·ln d) with d = √KL, fitted to an evaluation's gain over step 0.</summary>
/// <param name="Alpha">α, in the evaluation's unit by √nat.</param>
/// <param name="Beta">β: how the gain by distance falls.</param>
/// <param name="RSquared">Share of the variance of the gain that it explains; null where all gains are equal.</param>
/// <param name="N">Points.</param>
/// <param name="Peak">The distance of the highest gain, √nats, with Fieller's interval; null: no peak, or none yet.</param>
/// <param name="PastPeak">How many nats the last step is past it; null where there is none.</param>
public sealed record FittedLaw(double Alpha, double Beta, double? RSquared, int N, Measured? Peak, Measured? PastPeak)
{
    /// <summary>Fits it.</summary>
    /// <param name="evaluations">In order of the steps.</param>
    /// <param name="means">Mean of each, more being better.</param>
    /// <returns>Null without KL, or with fewer than three points behind the first.</returns>
    internal static FittedLaw? Of(HeldoutEvidence[] evaluations, double[] means)
    {
        var points = evaluations.Zip(means, (evaluation, mean) => (evaluation.Distance, Mean: mean)).Skip(1)
            .Where(one => one.Distance > 0).ToArray();
        var law = GaoLaw.Of(
            GaoForm.Reinforcement, [.. points.Select(one => one.Distance!.Value)], [.. points.Select(one => one.Mean - means[0])]);
        if (law is null) return null;
        // What falls from the reference on has no peak that it could be past.
        var hasPeak = law.Alpha > 0;
        return new FittedLaw(
            law.Alpha, law.Beta, law.RSquared, law.N, hasPeak ? law.Peak : null,
            hasPeak && evaluations[^1].MeanKl is { } kl ? law.PastPeak(kl) : null);
    }
}
