using ActorRlhf.Evaluation.Statistics.Comparisons;

namespace ActorRlhf.Evaluation.Statistics.Attribution;

/// <summary>How much of what the reward gained between two steps goes with longer answers.</summary>
/// <param name="Gain">Mean change of the reward, with Student's interval.</param>
/// <param name="Parts">The gain as shift of lengths and gain within lengths.</param>
/// <param name="Share">
/// Shift over gain, with a prompt bootstrap; below 0 or above 1 where the parts oppose each other. Null unless the interval of the gain
/// excludes 0: a share of nothing is noise.
/// </param>
/// <remarks>
/// An association, not a cause: a phrase that adds words counts as length. Removing it and scoring again is the direct test. Singhal et al.
/// 2023 (arXiv 2310.03716) found 70–90% of PPO's gains to be length.
/// </remarks>
public sealed record LengthShare(Measured Gain, LengthAttribution Parts, Measured? Share)
{
    /// <summary>Width of a bin in tokens where nothing else is asked.</summary>
    public const int DefaultWidth = 5;

    /// <summary>Parts the gain between two evaluations of the same prompts.</summary>
    /// <param name="before">Length and reward of each prompt's completion at the first step.</param>
    /// <param name="after">The same prompts at the second.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    /// <param name="width">Width of a bin of lengths.</param>
    /// <param name="resamples">Resamples of the bootstrap.</param>
    /// <exception cref="ArgumentException">
    /// The two have different numbers of prompts, there are none, a number is not finite, or a length is negative.
    /// </exception>
    public static LengthShare Of(
        LengthSeries before, LengthSeries after, ulong seed, int width = DefaultWidth, int resamples = Bootstrap.DefaultResamples)
    {
        before.Require();
        after.Require();
        var gain = PairedChange.Of(before.Rewards, after.Rewards);
        var edges = LengthControlled.Edges(width, (int)before.Lengths.Concat(after.Lengths).Max());
        var (totalsBefore, totalsAfter) = (new BinTotals(before, edges), new BinTotals(after, edges));
        var parts = Split([.. Enumerable.Range(0, gain.N)]);
        return new LengthShare(gain, parts, gain.ExcludesZero ? Bootstrap.Of(gain.N, seed, ShiftOverTotal, resamples) : null);

        LengthAttribution Split(IReadOnlyList<int> prompts)
        {
            totalsBefore.Take(prompts);
            totalsAfter.Take(prompts);
            return LengthControlled.Attribute(totalsBefore.Bins(), totalsAfter.Bins());
        }

        double? ShiftOverTotal(IReadOnlyList<int> prompts) =>
            Split(prompts) is var one && one.Total == 0 ? null : one.BetweenLength / one.Total;
    }
}
