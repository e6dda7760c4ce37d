using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Evaluation.Statistics.Comparisons;

/// <summary>Intervals by drawing the prompts again, for statistics without a formula: shares, differences of rank correlations.</summary>
/// <remarks>
/// Whole prompts are drawn, with all their steps and scores. Percentile interval: Efron and Tibshirani 1993, <i>An Introduction to the
/// Bootstrap</i>, §13.3. The draws are pure functions of the seed, so the same data gives the same interval everywhere.
/// </remarks>
public static class Bootstrap
{
    /// <summary>Name of the interval.</summary>
    public const string Method = "bootstrap-percentile";

    /// <summary>What the draws are for: <c>Purpose.Bootstrap</c> of the models' draws, never renumbered.</summary>
    public const uint Purpose = 18;

    /// <summary>How often the prompts are drawn where nothing else is asked, B.</summary>
    public const int DefaultResamples = 2000;

    const double MostUndefined = .025; // with more, an end of the interval would rest on what was left out

    /// <summary>The prompts of one resample: draw i is prompt ⌊U·n⌋, U at (purpose, step = resample, sample 0, position i).</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="resample">Which resample, from 0.</param>
    /// <param name="n">Number of prompts, and of draws.</param>
    public static int[] Indices(ulong seed, int resample, int n)
    {
        var indices = new int[n];
        Draw(indices, seed, resample);
        return indices;
    }

    /// <summary>A statistic of the prompts with its 95% percentile interval.</summary>
    /// <param name="n">Number of prompts.</param>
    /// <param name="seed">Seed of the draws; the same for intervals that are compared.</param>
    /// <param name="statistic">
    /// The statistic of some of the prompts 0 … n − 1, each as often as it is named; null where it is undefined for them. The list is
    /// overwritten after the call.
    /// </param>
    /// <param name="resamples">B.</param>
    /// <returns>
    /// Null where the statistic is undefined for the prompts themselves. No interval for a single prompt, where all resamples agree, or
    /// where over 2.5% of them have no value.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">There are no prompts or no resamples.</exception>
    /// <exception cref="ArgumentException">The statistic returned a number that is not finite.</exception>
    public static Measured? Of(int n, ulong seed, Func<IReadOnlyList<int>, double?> statistic, int resamples = DefaultResamples)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        var indices = Enumerable.Range(0, n).ToArray();
        if (statistic(indices) is not { } value) return null;

        var values = new List<double>(resamples);
        for (var resample = 0; resample < resamples; resample++)
        {
            Draw(indices, seed, resample);
            if (statistic(indices) is { } one) values.Add(one);
        }
        Series.RequireFinite([value, .. values], "statistics of resamples");
        values.Sort();
        var tooMany = resamples - values.Count > MostUndefined * resamples;
        return n == 1 || tooMany || !Series.Varies(values)
            ? new Measured(value, null, null, n, Method)
            : new Measured(value, Quantile(values, .025), Quantile(values, .975), n, Method);
    }

    static void Draw(int[] indices, ulong seed, int resample)
    {
        for (var i = 0; i < indices.Length; i++)
            indices[i] = (int)(Philox.Uniform(seed, Purpose, (uint)resample, sample: 0, (uint)i) * indices.Length);
    }

    /// <summary>Linear interpolation at (B − 1)q.</summary>
    static double Quantile(List<double> sorted, double q)
    {
        var place = (sorted.Count - 1) * q;
        var below = (int)place;
        return below + 1 == sorted.Count ? sorted[below] : sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
    }
}
