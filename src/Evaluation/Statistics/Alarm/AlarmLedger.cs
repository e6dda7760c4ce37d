using System.Collections.Immutable;
using ActorRlhf.Evaluation.Numerics;

namespace ActorRlhf.Evaluation.Statistics.Alarm;

/// <summary>
/// The sum of the online alarm: says during training that an evaluator's score fell while the proxy rose, and is wrong with probability
/// at most α however often one looks.
/// </summary>
/// <remarks>
/// <para>
/// Evidence of evaluation k is S_k = S_{k−1} + γ_k Σ_e w_e · (1/k) Σ_{j&lt;k} min(F_ejk, G_jk), the alarm S ≥ 1/α. Every F and G is an
/// e-value of its pair (Waudby-Smith and Ramdas 2024, arXiv 2010.09686); a weighted sum of e-values is one whatever their dependence
/// (Vovk and Wang 2021, arXiv 1912.06116); S only grows, so that Markov's inequality at its limit holds at every step. Evidence of two
/// evaluations is never multiplied: they ask the same prompts.
/// </para>
/// <para>
/// Null hypothesis: at no evaluation, for no series, is there an earlier evaluation than which the series' mean over the population of
/// prompts is lower by more than δ while the proxy is higher for more prompts than it is lower for. Assumptions: the prompts are a random
/// sample and unused in training; a score depends on its own prompt and completion only; evaluators are pinned; settings, slices and
/// series are fixed before. Pausing or stopping on the alarm is allowed, tuning on it is not.
/// </para>
/// <para>
/// Immutable, small (no scores) and without side effects; portable arithmetic in a fixed order, the same bits on every machine.
/// <see cref="OnlineAlarm"/> makes the pairs from scores.
/// </para>
/// </remarks>
public sealed record AlarmLedger
{
    /// <summary>Evidence of one pair is cut here, far above any threshold, so that S stays finite; less is an e-value too.</summary>
    const double LargestLog = 600;

    AlarmLedger(AlarmSettings settings, ImmutableArray<AlarmSeries> series) => (Settings, Series) = (settings, series);

    /// <summary>What was fixed before.</summary>
    public AlarmSettings Settings { get; }

    /// <summary>The series in the order in which they joined.</summary>
    public ImmutableArray<AlarmSeries> Series { get; private init; }

    /// <summary>Number of evaluations so far, the one before RL included: the index of the next.</summary>
    public int Evaluations { get; private init; }

    /// <summary>S: the evidence so far.</summary>
    public double Evidence { get; private init; }

    /// <summary>Index of the evaluation that raised the alarm; null while none has.</summary>
    public int? RaisedAt { get; private init; }

    /// <summary>The series that are proven by themselves: those whose part of S has reached 1/α.</summary>
    public IEnumerable<AlarmSeries> Proven => Series.Where(series => series.Part >= Settings.Threshold);

    int Injected { get; init; }

    /// <summary>A ledger before the first evaluation.</summary>
    /// <param name="settings">What is fixed.</param>
    /// <param name="series">Ids of the series present from the start; they share the weight that is not reserved equally.</param>
    /// <exception cref="ArgumentException">A setting is outside its range, or an id comes twice.</exception>
    public static AlarmLedger Start(AlarmSettings settings, IReadOnlyList<string> series)
    {
        if (series.Distinct(StringComparer.Ordinal).Count() < series.Count)
            throw new ArgumentException("Two series have one id: evaluator, metric and slice name a series.", nameof(series));
        var share = 1 - settings.Checked().Reserved;
        return new AlarmLedger(settings, [.. series.Select(id => new AlarmSeries(id, From: 0, share / series.Count))]);
    }

    /// <summary>Lets a series take part from the next evaluation on.</summary>
    /// <param name="id">Its id.</param>
    /// <remarks>What it shows of earlier evaluations is exploratory, since its author had looked at them.</remarks>
    /// <exception cref="ArgumentException">The id is taken, or no weight is reserved.</exception>
    public AlarmLedger Inject(string id)
    {
        if (Find(id) is not null) throw new ArgumentException($"Series {id} takes part already.", nameof(id));
        if (Settings.Reserved == 0) throw new ArgumentException($"No weight is reserved for series {id}: only those from the start count.");
        var m = Injected + 1;
        return this with
        {
            Injected = m,
            Series = Series.Add(new AlarmSeries(id, From: Evaluations, Settings.Reserved / ((double)m * (m + 1)))),
        };
    }

    /// <summary>Adds the evidence of the next evaluation.</summary>
    /// <param name="k">Its index: 0 before RL, then one by one.</param>
    /// <param name="pairs">
    /// What it says with earlier evaluations, each series and earlier evaluation at most once; a pair that left is absent.
    /// </param>
    /// <exception cref="ArgumentException">The evaluation is not the next, or a pair is none of its own.</exception>
    public AlarmLedger Add(int k, IReadOnlyList<AlarmPair> pairs)
    {
        if (k != Evaluations) throw new ArgumentException($"Evaluation {k} does not follow: the next is {Evaluations}.", nameof(k));
        foreach (var pair in pairs) Check(pair, k);
        if (pairs.DistinctBy(pair => (pair.Series, pair.Earlier)).Count() < pairs.Count)
            throw new ArgumentException($"A pair of evaluation {k} comes twice, and would count twice.", nameof(pairs));

        var bySeries = pairs.ToLookup(pair => pair.Series);
        var (series, evidence) = (Series.ToBuilder(), Evidence);
        for (var e = 0; e < series.Count; e++)
        {
            var sum = 0.0;
            var strongest = series[e].Strongest;
            foreach (var pair in bySeries[series[e].Id])
            {
                sum += PortableMath.Exp(Math.Min(pair.LogBoth, LargestLog));
                if (!(strongest?.LogBoth >= pair.LogBoth)) strongest = pair;
            }
            var gain = k == 0 ? 0 : Settings.Attention(k) * series[e].Weight * (sum / k);
            series[e] = series[e] with { Part = series[e].Part + gain, Strongest = strongest };
            evidence += gain;
        }
        return this with
        {
            Series = series.ToImmutable(),
            Evaluations = k + 1,
            Evidence = evidence,
            RaisedAt = RaisedAt ?? (evidence >= Settings.Threshold ? k : null),
        };
    }

    /// <summary>The series of an id; null where none takes part.</summary>
    public AlarmSeries? Find(string id) => Series.FirstOrDefault(series => series.Id == id);

    void Check(AlarmPair pair, int k)
    {
        if (Find(pair.Series) is not { } series)
            throw new ArgumentException($"Series {pair.Series} does not take part: inject it before the evaluation.");
        if (pair.Later != k || pair.Earlier < series.From || pair.Earlier >= k)
            throw new ArgumentException($"The pair {pair.Earlier}, {pair.Later} of series {series.Id} is none of evaluation {k} with one "
                + $"from {series.From} on: what a series shows of the time before it was injected does not count.");
        if (double.IsNaN(pair.LogBoth))
            throw new ArgumentException($"The pair {pair.Earlier}, {pair.Later} has no evidence: leave it out.");
    }
}
