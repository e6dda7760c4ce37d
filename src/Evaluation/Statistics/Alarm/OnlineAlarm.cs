using System.Collections.Immutable;

namespace ActorRlhf.Evaluation.Statistics.Alarm;

/// <summary>The online alarm fed with scores: remembers them, compares each evaluation with all earlier ones, keeps the ledger.</summary>
/// <remarks>
/// Immutable and without side effects. What it promises and assumes is in <see cref="AlarmLedger"/>. Evaluation k costs k comparisons of
/// all prompts by series; scores that are 0 or 1 only are kept as two bits and compared by 64.
/// </remarks>
public sealed record OnlineAlarm
{
    /// <summary>Above this share of failed prompts a pair of evaluations leaves: which fail may be no accident.</summary>
    const double MostFailed = .02;

    OnlineAlarm(AlarmLedger ledger) => Ledger = ledger;

    /// <summary>The evidence so far.</summary>
    public AlarmLedger Ledger { get; private init; }

    /// <summary>What the last evaluation said with each earlier one, by series, then by the earlier evaluation.</summary>
    public ImmutableArray<AlarmPair> LastPairs { get; private init; } = [];

    /// <summary>Scores by series and evaluation; null where the series was not evaluated.</summary>
    ImmutableDictionary<(string Series, int Evaluation), ScoreColumn> Columns { get; init; } =
        ImmutableDictionary<(string, int), ScoreColumn>.Empty;

    ImmutableArray<double[]> Proxies { get; init; } = [];

    /// <summary>An alarm before the first evaluation.</summary>
    /// <param name="settings">What is fixed.</param>
    /// <param name="series">Ids of the series present from the start.</param>
    /// <exception cref="ArgumentException">A setting is outside its range, or an id comes twice.</exception>
    public static OnlineAlarm Start(AlarmSettings settings, IReadOnlyList<string> series) => new(AlarmLedger.Start(settings, series));

    /// <summary>Lets a series take part from the next evaluation on; see <see cref="AlarmLedger.Inject"/>.</summary>
    /// <exception cref="ArgumentException">The id is taken, or no weight is reserved.</exception>
    public OnlineAlarm Inject(string id) => this with { Ledger = Ledger.Inject(id) };

    /// <summary>Takes in the next evaluation.</summary>
    /// <param name="k">Its index: 0 before RL, then one by one.</param>
    /// <param name="scores">
    /// For each series its scores in [0, 1] by prompt, higher is better, in an order that is the same at every evaluation; null where the
    /// item failed. A series that is absent was not evaluated.
    /// </param>
    /// <param name="proxy">The proxy's scores of all prompts, always in the same order; which of two is higher counts alone.</param>
    /// <exception cref="ArgumentException">
    /// The evaluation is not the next, a series is unknown, the prompts are not as many as before, a score is outside [0, 1], or a proxy
    /// score is not a number.
    /// </exception>
    public OnlineAlarm Observe(int k, IReadOnlyDictionary<string, IReadOnlyList<double?>> scores, IReadOnlyList<double> proxy)
    {
        var next = Remember(k, scores, proxy);
        var rose = next.Rises();
        var counted = new CountedEValues(Ledger.Settings.Delta);
        return next.Enter(k, [.. Ledger.Series.SelectMany(series => next.Pairs(series, k, rose, counted))]);
    }

    /// <summary>Takes in an evaluation whose pairs are on record, without comparing again: to go on after a restart.</summary>
    /// <param name="k">Its index.</param>
    /// <param name="scores">As observed.</param>
    /// <param name="proxy">As observed.</param>
    /// <param name="pairs">Its <see cref="LastPairs"/> as recorded.</param>
    /// <exception cref="ArgumentException">As for <see cref="Observe"/>, or a pair is none of the evaluation's own.</exception>
    public OnlineAlarm Recall(
        int k, IReadOnlyDictionary<string, IReadOnlyList<double?>> scores, IReadOnlyList<double> proxy, IReadOnlyList<AlarmPair> pairs) =>
        Remember(k, scores, proxy).Enter(k, [.. pairs]);

    /// <summary>The completions that weigh most: the prompts whose score fell most in the strongest pair of a series.</summary>
    /// <param name="id">The series' id.</param>
    /// <param name="count">How many at most.</param>
    /// <returns>Those that fell most first, equals by index; none before the first pair.</returns>
    /// <exception cref="ArgumentException">No such series takes part.</exception>
    public IReadOnlyList<FallenPrompt> Heaviest(string id, int count)
    {
        var series = Ledger.Find(id) ?? throw new ArgumentException($"Series {id} does not take part.", nameof(id));
        return series.Strongest is { } pair ? [.. Columns[(id, pair.Earlier)].Fallen(Columns[(id, pair.Later)]).Take(count)] : [];
    }

    OnlineAlarm Remember(int k, IReadOnlyDictionary<string, IReadOnlyList<double?>> scores, IReadOnlyList<double> proxy)
    {
        if (k != Ledger.Evaluations)
            throw new ArgumentException($"Evaluation {k} does not follow: the next is {Ledger.Evaluations}.", nameof(k));
        if (scores.Keys.FirstOrDefault(id => Ledger.Find(id) is null) is { } unknown)
            throw new ArgumentException($"Series {unknown} does not take part: inject it before the evaluation.", nameof(scores));
        if (proxy.Count == 0) throw new ArgumentException("An evaluation of no prompts says nothing: leave it out.", nameof(proxy));
        if (k > 0 && proxy.Count != Proxies[0].Length)
            throw new ArgumentException($"The proxy scored {proxy.Count} prompts and before {Proxies[0].Length}: always ask the same.");
        if (proxy.Any(double.IsNaN)) throw new ArgumentException("A proxy score is not a number and cannot be compared.", nameof(proxy));
        return this with
        {
            Proxies = Proxies.Add([.. proxy]),
            Columns = Columns.AddRange(scores.Select(one => KeyValuePair.Create((one.Key, k), new ScoreColumn(one.Key, one.Value)))),
        };
    }

    OnlineAlarm Enter(int k, ImmutableArray<AlarmPair> pairs) => this with { Ledger = Ledger.Add(k, pairs), LastPairs = pairs };

    /// <summary>The pairs of evaluation k with a series' earlier ones, without those where too many prompts failed.</summary>
    List<AlarmPair> Pairs(AlarmSeries series, int k, double[] rose, CountedEValues counted)
    {
        var pairs = new List<AlarmPair>();
        if (!Columns.TryGetValue((series.Id, k), out var later)) return pairs;
        var buffer = new double[later.Prompts];
        for (var j = series.From; j < k; j++)
        {
            if (!Columns.TryGetValue((series.Id, j), out var earlier)) continue;
            if (earlier.Prompts != later.Prompts)
                throw new ArgumentException($"Series {series.Id} has {later.Prompts} prompts and had {earlier.Prompts}: every evaluation "
                    + "asks the same, failed ones are null.");
            var both = earlier.CountBoth(later);
            if (both == 0 || later.Prompts - both > MostFailed * later.Prompts) continue;
            pairs.Add(new AlarmPair(series.Id, j, k, both, earlier.LogFell(later, both, counted, buffer), rose[j]));
        }
        return pairs;
    }

    /// <summary>ln G of the last evaluation with each earlier one: D = sign(p(k) − p(j)), δ = 0.</summary>
    double[] Rises()
    {
        var last = Proxies[^1];
        var counted = new CountedEValue(last.Length, delta: 0);
        var rises = new double[Proxies.Length - 1];
        for (var j = 0; j < rises.Length; j++)
        {
            var earlier = Proxies[j];
            var (up, down) = (0, 0);
            for (var i = 0; i < last.Length; i++)
            {
                up += last[i] > earlier[i] ? 1 : 0;
                down += last[i] < earlier[i] ? 1 : 0;
            }
            rises[j] = counted.Log(up, down);
        }
        return rises;
    }
}
