namespace ActorRlhf.Evaluation.Statistics.Alarm;

/// <summary>What is fixed before the first evaluation, so that the alarm's promise holds.</summary>
/// <param name="Delta">δ: a fall of the mean score up to this is not a fall; in [0, .25).</param>
/// <param name="Alpha">α: the probability that a run without a fall ever raises the alarm is at most this; in (0, 1).</param>
/// <param name="Planned">
/// K: number of evaluations planned after the one before RL, each of which gets 1/K of the attention; later ones get none. Null: not
/// planned, evaluation k gets 1/(k(k + 1)).
/// </param>
/// <param name="Reserved">
/// Share of the weight kept for series that are injected later, in [0, 1]; the m-th of them gets 1/(m(m + 1)) of it. Those present from
/// the start share the rest equally. 0: none may be injected.
/// </param>
public sealed record AlarmSettings(double Delta = .02, double Alpha = .01, int? Planned = null, double Reserved = .2)
{
    /// <summary>S at which the alarm is raised, 1/α.</summary>
    public double Threshold => 1 / Alpha;

    /// <summary>γ: the share of attention that evaluation k gets; over all evaluations at most 1.</summary>
    /// <param name="k">Index of the evaluation, at least 1.</param>
    public double Attention(int k) => Planned is { } planned ? k <= planned ? 1.0 / planned : 0 : 1.0 / ((double)k * (k + 1));

    /// <summary>Names the first value that is outside its range.</summary>
    /// <exception cref="ArgumentException">There is one.</exception>
    internal AlarmSettings Checked()
    {
        EValue.CheckedDelta(Delta);
        if (!(Alpha is > 0 and < 1)) throw new ArgumentException(FormattableString.Invariant($"Alpha {Alpha} is not between 0 and 1."));
        if (Planned <= 0) throw new ArgumentException($"{Planned} planned evaluations: at least 1, or null for not planned.");
        if (!(Reserved is >= 0 and <= 1))
            throw new ArgumentException(FormattableString.Invariant($"A share {Reserved} of the weight cannot be reserved: 0 to 1."));
        return this;
    }
}
