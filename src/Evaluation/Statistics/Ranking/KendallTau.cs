using ActorRlhf.Evaluation.Statistics.Comparisons;

namespace ActorRlhf.Evaluation.Statistics.Ranking;

/// <summary>Whether two scores order completions alike, by the share of pairs on which they agree: Kendall's τ-b.</summary>
/// <remarks>
/// τ-b = (C − D)/√((n₀ − n₁)(n₀ − n₂)) with C pairs ordered alike, D ordered oppositely, n₀ pairs in all, n₁ and n₂ tied in one of the
/// scores: Kendall 1945 (Biometrika 33). For evaluators of few levels, where ranks would be mostly ties.
/// </remarks>
public static class KendallTau
{
    /// <summary>Name of the interval: jackknife standard error on Fisher's scale.</summary>
    public const string Method = "jackknife-fisher";

    /// <summary>τ-b with its interval, <c>tanh(atanh τ ± z·se/(1 − τ²))</c>, se by leaving each item out.</summary>
    /// <param name="x">One score by item.</param>
    /// <param name="y">Another score of the same items.</param>
    /// <returns>
    /// τ in [−1, 1]; null where either score is the same for all items. No interval where |τ| is 1, where leaving an item out makes a score
    /// constant, or where no item's absence changes τ.
    /// </returns>
    /// <remarks>Covers 93–95% from 80 items. Quadratic in the items: 2,000 take some hundredths of a second.</remarks>
    /// <exception cref="ArgumentException">The scores differ in number, or one is not finite.</exception>
    public static Measured? Of(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Series.RequirePairs(x, y, ("scores x", "scores y"));
        var (items, all) = Concordance.ByItem([.. x], [.. y]);
        if (all.TauB(x.Count) is not { } tau) return null;

        var withoutInterval = new Measured(tau, null, null, x.Count, Method);
        if (Math.Abs(tau) == 1) return withoutInterval;
        var without = new List<double>(items.Length);
        foreach (var item in items)
            if ((all - item).TauB(x.Count - 1) is { } one) without.Add(one);
        if (without.Count < items.Length || !Series.Varies(without)) return withoutInterval;

        // √((n − 1)/n · Σ (τ₍ᵢ₎ − mean)²) = (n − 1) · the standard error of the mean of the τ₍ᵢ₎.
        var error = (x.Count - 1) * Summary.Of(without).StandardError!.Value;
        var (centre, half) = (Math.Atanh(tau), NormalQuantile.At975 * error / (1 - tau * tau));
        return withoutInterval with { Low = Math.Tanh(centre - half), High = Math.Tanh(centre + half), StandardError = error };
    }

    /// <summary>τ-b alone; null where either score is the same for all items.</summary>
    /// <remarks>n log n: Knight 1966 (JASA 61).</remarks>
    /// <exception cref="ArgumentException">The scores differ in number, or one is not finite.</exception>
    public static double? Value(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Series.RequirePairs(x, y, ("scores x", "scores y"));
        return Concordance.Total([.. x], [.. y]).TauB(x.Count);
    }

    /// <summary>τ-b of proxy and gold at the second step minus that at the first, with a prompt bootstrap.</summary>
    /// <param name="before">Scores at the first step.</param>
    /// <param name="after">Scores of the same prompts at the second.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    /// <param name="resamples">Resamples of the bootstrap.</param>
    /// <returns>Null where τ is undefined at either step.</returns>
    /// <exception cref="ArgumentException">The steps do not have the same prompts, there are none, or a score is not finite.</exception>
    public static Measured? Change(StepScores before, StepScores after, ulong seed, int resamples = Bootstrap.DefaultResamples)
    {
        foreach (var step in (StepScores[])[before, after]) step.Require(before.Count);
        if (before.Count == 0) throw new ArgumentException("No prompts have no order: leave the comparison out.", nameof(before));
        return Bootstrap.Of(before.Count, seed, prompts => Tau(after, prompts) - Tau(before, prompts), resamples);
    }

    static double? Tau(StepScores step, IReadOnlyList<int> prompts)
    {
        var (x, y) = (new double[prompts.Count], new double[prompts.Count]);
        for (var i = 0; i < x.Length; i++) (x[i], y[i]) = (step.Proxy[prompts[i]], step.Gold[prompts[i]]);
        return Concordance.Total(x, y).TauB(x.Length);
    }
}
