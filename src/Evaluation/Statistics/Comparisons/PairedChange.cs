namespace ActorRlhf.Evaluation.Statistics.Comparisons;

/// <summary>How a score changed between two evaluations of the same prompts.</summary>
/// <remarks>
/// Within prompts, D_i = x_i(B) − x_i(A), so that easy and hard prompts do not count as noise: Miller 2024 (arXiv 2411.00640), §4.
/// </remarks>
public static class PairedChange
{
    /// <summary>Mean change with Student's interval.</summary>
    /// <param name="before">Score of each prompt at the first evaluation.</param>
    /// <param name="after">Score of the same prompts, in the same order, at the second.</param>
    /// <exception cref="ArgumentException">The scores differ in number, there are none, or one is not finite.</exception>
    public static Measured Of(IReadOnlyList<double> before, IReadOnlyList<double> after) => MeanInterval.Of(Differences(before, after));

    /// <summary>Mean change over units that have several scores each, which are averaged first.</summary>
    /// <param name="before">Scores at the first evaluation.</param>
    /// <param name="after">Scores at the second, in the same order.</param>
    /// <param name="ids">The unit of each score.</param>
    /// <exception cref="ArgumentException">The three differ in number, there are none, or a score is not finite.</exception>
    public static Measured Of<TId>(IReadOnlyList<double> before, IReadOnlyList<double> after, IReadOnlyList<TId> ids)
        where TId : notnull => MeanInterval.Of(Units.Average(Differences(before, after), ids));

    /// <summary>After minus before, by prompt.</summary>
    internal static double[] Differences(IReadOnlyList<double> before, IReadOnlyList<double> after)
    {
        Series.RequirePairs(before, after, ("scores before", "scores after"));
        var differences = new double[before.Count];
        for (var i = 0; i < differences.Length; i++) differences[i] = after[i] - before[i];
        return differences;
    }
}
