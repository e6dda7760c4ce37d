namespace ActorRlhf.Evaluation.Statistics.Alarm;

/// <summary>What is fixed before a <see cref="GapSequentialTest"/>.</summary>
/// <param name="Stride">
/// Every how many values one is used, at least 1: the width of the window where values are moving means, so that no raw value counts
/// twice; 1 for raw values.
/// </param>
/// <param name="Learned">From how many used values, the first, the baseline is learned; at least 2.</param>
/// <param name="Tolerance">How far above the baseline a healthy gap may lie, in units of the score; at least 0.</param>
/// <param name="Spreads">The same in standard deviations of the learned values; the larger of the two holds. At least 0.</param>
/// <param name="Rarity">ε: a used value of a healthy run lies above the limit with at most this probability; in (0, 1).</param>
/// <param name="Stake">Share of the fortune that is bet on each value, in (0, 1).</param>
/// <param name="Alpha">α: the probability that a healthy run ever raises the alarm is at most this; in (0, 1).</param>
/// <param name="Planned">
/// Number of used values planned after the learned ones, an alarm at each of which is equally likely beforehand. Null: not planned, the
/// t-th is given 1/(t(t + 1)).
/// </param>
public sealed record GapTestSettings(
    int Stride = 5, int Learned = 5, double Tolerance = .05, double Spreads = 4, double Rarity = .02, double Stake = .5, double Alpha = .01,
    int? Planned = null)
{
    /// <summary>Names the first value that is outside its range.</summary>
    /// <exception cref="ArgumentException">There is one.</exception>
    internal GapTestSettings Checked()
    {
        if (Stride < 1) throw new ArgumentException($"A stride of {Stride} uses no value: at least 1.");
        if (Learned < 2) throw new ArgumentException($"{Learned} learned values have no spread: at least 2.");
        if (!(Tolerance >= 0 && Spreads >= 0))
            throw new ArgumentException(FormattableString.Invariant($"Tolerance {Tolerance} and spreads {Spreads}: at least 0."));
        if (!(Rarity is > 0 and < 1 && Stake is > 0 and < 1 && Alpha is > 0 and < 1))
            throw new ArgumentException(FormattableString.Invariant(
                $"Rarity {Rarity}, stake {Stake} and alpha {Alpha} are each between 0 and 1."));
        if (Planned <= 0) throw new ArgumentException($"{Planned} planned values: at least 1, or null for not planned.");
        return this;
    }
}
