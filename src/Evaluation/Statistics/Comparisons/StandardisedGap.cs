namespace ActorRlhf.Evaluation.Statistics.Comparisons;

/// <summary>Over-optimisation between two steps: by how much the proxy gained more than what it stands for.</summary>
/// <remarks>Not over-fitting, which is one metric on two splits: <see cref="RewardModels.Proportion.Difference"/>.</remarks>
public static class StandardisedGap
{
    /// <summary>Mean over prompts of <c>(p_B − p_A)/sd(p at step 0) − (x_B − x_A)/sd(x at step 0)</c>, with Student's interval.</summary>
    /// <param name="start">The prompts at step 0, whose standard deviations (n − 1) are the units.</param>
    /// <param name="before">The same prompts at step A.</param>
    /// <param name="after">The same at step B.</param>
    /// <returns>In standard deviations, over 0 where the proxy gained more; null where a score at step 0 is constant.</returns>
    /// <exception cref="ArgumentException">The steps do not have the same prompts, there are none, or a score is not finite.</exception>
    public static Measured? Of(StepScores start, StepScores before, StepScores after)
    {
        foreach (var step in (StepScores[])[start, before, after]) step.Require(start.Count);
        if (!Series.Varies(start.Proxy) || !Series.Varies(start.Gold)) return null;
        var (proxyUnit, goldUnit) = (StandardDeviation(start.Proxy), StandardDeviation(start.Gold));
        var (proxy, gold) = (PairedChange.Differences(before.Proxy, after.Proxy), PairedChange.Differences(before.Gold, after.Gold));
        return MeanInterval.Of([.. proxy.Zip(gold, (p, x) => p / proxyUnit - x / goldUnit)]);
    }

    static double StandardDeviation(IReadOnlyList<double> values) => Summary.Of(values).StandardError!.Value * Math.Sqrt(values.Count);
}
