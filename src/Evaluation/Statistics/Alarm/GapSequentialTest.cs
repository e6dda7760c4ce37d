using System.Collections.Immutable;

namespace ActorRlhf.Evaluation.Statistics.Alarm;

/// <summary>
/// A sequential test on a series without prompts, one number a step: whether the gap between a flawed and a clean score has risen above
/// what it was at first by more than a tolerance.
/// </summary>
/// <remarks>
/// <para>
/// The limit is the mean of the first used values plus the tolerance. From then on each used value is bet on with the factor
/// 1 + κ(1/ε − 1) where it exceeds the limit and 1 − κ where not (κ the stake, ε the rarity), and the fortune of a bettor that began at
/// any value u with γ_u of the money is W_t = Σ_{u≤t} γ_u Π_{i=u..t} factor_i = (W_{t−1} + γ_t)·factor_t. Alarm once W ≥ 1/α.
/// </para>
/// <para>
/// Null hypothesis, a healthy run: whatever came before, a used value exceeds the limit with probability at most ε. Then
/// <b>P(ever an alarm) ≤ α</b>: each factor has expectation at most 1, W and the money not yet spent are a supermartingale that begins at
/// Σγ ≤ 1, and Ville's inequality holds at every step (Shin, Ramdas and Rinaldo 2024, arXiv 2203.03532, of such sums).
/// </para>
/// <para>
/// What it assumes: the first used values are healthy (a run that exploits the flaw from its first steps is its own baseline), and
/// values are noise about a level that in a healthy run stays well below the limit. Nothing is assumed of the noise's distribution
/// beyond ε, nor that values are independent. Moving means overlap, so that one value in each window is used; a level that creeps above
/// the limit and stays is an alarm, for whatever reason it does. It detects a rise, not a cause.
/// </para>
/// <para>Immutable; without a gap a step counts for the stride but is not used.</para>
/// </remarks>
public sealed record GapSequentialTest
{
    GapSequentialTest(GapTestSettings settings) => Settings = settings;

    /// <summary>What was fixed before.</summary>
    public GapTestSettings Settings { get; }

    /// <summary>The level above which a value counts against the run; null while the baseline is being learned.</summary>
    public double? Limit { get; private init; }

    /// <summary>W: the bettor's fortune; the alarm is raised at 1/α.</summary>
    public double Fortune { get; private init; }

    /// <summary>The step at which the alarm was raised; null while it has not been.</summary>
    public int? RaisedAt { get; private init; }

    int Seen { get; init; }

    int Bets { get; init; }

    ImmutableList<double> Learning { get; init; } = [];

    /// <summary>A test before its first value.</summary>
    /// <exception cref="ArgumentException">A setting is outside its range.</exception>
    public static GapSequentialTest Start(GapTestSettings settings) => new(settings.Checked());

    /// <summary>The test after all points of a run.</summary>
    /// <exception cref="ArgumentException">A setting is outside its range, or a gap is not finite.</exception>
    public static GapSequentialTest Of(IEnumerable<GapPoint> points, GapTestSettings settings) =>
        points.Aggregate(Start(settings), (test, point) => test.Observe(point.Step, point.Gap));

    /// <summary>Takes in the next step's value.</summary>
    /// <param name="step">The step.</param>
    /// <param name="gap">Its gap, in units of the score; null where there is none.</param>
    /// <exception cref="ArgumentException">The gap is not finite.</exception>
    public GapSequentialTest Observe(int step, double? gap)
    {
        if (gap is { } given && !double.IsFinite(given))
            throw new ArgumentException("A gap is not a finite number: give null where there is none.", nameof(gap));
        var next = this with { Seen = Seen + 1 };
        if (next.Seen % Settings.Stride != 0 || gap is not { } value) return next;
        return Limit is { } limit ? next.Bet(step, value > limit) : next.Learn(value);
    }

    GapSequentialTest Learn(double value)
    {
        var learning = Learning.Add(value);
        if (learning.Count < Settings.Learned) return this with { Learning = learning };
        var baseline = Summary.Of(learning);
        var deviation = baseline.StandardError!.Value * Math.Sqrt(baseline.Count);
        return this with { Learning = [], Limit = baseline.Mean + Math.Max(Settings.Tolerance, Settings.Spreads * deviation) };
    }

    GapSequentialTest Bet(int step, bool exceeds)
    {
        var bets = Bets + 1;
        var begun = Settings.Planned is { } planned ? bets <= planned ? 1.0 / planned : 0 : 1.0 / ((double)bets * (bets + 1));
        var factor = exceeds ? 1 + Settings.Stake * (1 / Settings.Rarity - 1) : 1 - Settings.Stake;
        // A fortune without bound says no more than one far above any threshold.
        var fortune = Math.Min((Fortune + begun) * factor, double.MaxValue);
        return this with { Bets = bets, Fortune = fortune, RaisedAt = RaisedAt ?? (fortune >= 1 / Settings.Alpha ? step : null) };
    }
}
