using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Statistics.Alarm;
using ActorRlhf.Evaluation.Statistics.Change;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>
/// The alarm of a run, fed with the events of its evaluation stream: while the run goes on and years later with the same result.
/// </summary>
/// <remarks>
/// Series are the length budget and every development metric with a direction and a range whose evaluator judged live; what was filled in
/// later takes no part, for whoever asked had looked. An evaluation in which a reward model failed is passed over. One thread at a time.
/// </remarks>
/// <param name="artefacts">Where results of evaluators are.</param>
/// <param name="metricsOf">What evaluators say of their metrics.</param>
/// <param name="planned">K: evaluations after the one before RL.</param>
/// <param name="lengthBudget">Tokens; null where there is none.</param>
public sealed class AlarmFold(ArtefactStore artefacts, MetricsOf metricsOf, int planned, int? lengthBudget)
{
    const int HeaviestShown = 5;
    const double FivePercent = 20;

    readonly List<int> _steps = [];
    readonly Dictionary<string, int[]> _prompts = [];      // which prompts a series speaks of
    readonly List<Dictionary<string, double?[]>> _scores = [];
    readonly Dictionary<string, string> _versions = [];    // by name of a series that of its evaluator
    readonly List<(EvaluationCompleted Fact, IReadOnlyList<EvaluationRow>? Rows)> _judged = [];
    readonly List<int> _passedOver = [];
    int _asked;                                            // prompts of the first evaluation
    RolloutCollected? _rollout;
    RewardScored? _scored;
    OnlineAlarm? _alarm;

    /// <summary>The alarm over the log of a run.</summary>
    /// <param name="run">The run; a fork's alarm begins with what it shares with its parent.</param>
    /// <param name="metricsOf">What evaluators say of their metrics.</param>
    /// <param name="before">Only what stands before this event of its own evaluation stream; null for all.</param>
    /// <param name="belowStep">Only evaluations of earlier steps than this; null for all.</param>
    /// <param name="preferences">What the log says of the comparisons, where that was read already.</param>
    /// <exception cref="ArtefactMissingException">Results are not there.</exception>
    public static AlarmFold Of(
        RunRecord run, MetricsOf metricsOf, long? before = null, int? belowStep = null, PreferenceEvidence? preferences = null)
    {
        var fold = Before(run, metricsOf, preferences);
        foreach (var read in run.Evaluations().TakeWhile(read => !run.Owns(read) || before is null || read.Sequence < before))
            if (belowStep is null || EventSteps.Of(read.Event) < belowStep) fold.Take(read.Event);
        fold.Close();
        return fold;
    }

    /// <summary>The alarm of a run before it has seen anything.</summary>
    /// <param name="run">The run; a fork's alarm begins with what it shares with its parent.</param>
    /// <param name="metricsOf">What evaluators say of their metrics.</param>
    /// <param name="preferences">What the log says of the comparisons, where that was read already.</param>
    public static AlarmFold Before(RunRecord run, MetricsOf metricsOf, PreferenceEvidence? preferences = null)
    {
        // What was planned is fixed before RL: whoever lengthens a run later, or forks it, gets no attention for it.
        var first = run;
        while (first.Parent is { } parent) first = parent;
        var recipe = RecipeInForce.AtFirst(first.Id, first.State);
        var (steps, every) = (recipe.Rl.Steps, recipe.Evaluation.Every);
        return new AlarmFold(
            run.Artefacts, metricsOf, (steps + every - 1) / every, (preferences ?? PreferenceEvidence.Of(run)).LengthBudget);
    }

    /// <summary>The alarm so far; null before the first evaluation.</summary>
    public OnlineAlarm? Alarm => _alarm;

    /// <summary>Steps of the evaluations that took part; pairs name them by their place.</summary>
    public IReadOnlyList<int> Steps => _steps;

    /// <summary>Steps of the evaluations that took no part, because they asked fewer prompts than the first one.</summary>
    public IReadOnlyList<int> PassedOver => _passedOver;

    /// <summary>The step at which S reached 20, where α would have been .05; null while it has not.</summary>
    public int? ReachedFivePercent { get; private set; }

    /// <summary>Takes in an event of the evaluation stream.</summary>
    /// <param name="fact">The event.</param>
    /// <param name="rows">What its artefact has, where somebody holds it already; otherwise it is read.</param>
    /// <exception cref="ArtefactMissingException">Results are not there.</exception>
    public void Take(IEvent fact, IReadOnlyList<EvaluationRow>? rows = null)
    {
        switch (fact)
        {
            case RolloutCollected collected:
                Close();
                _rollout = collected;
                break;
            case RewardScored scored: _scored = scored; break;
            case EvaluationCompleted { Live: true } judged when judged.Rollout == _rollout?.Artefact:
                _judged.Add((judged, rows));
                break;
        }
    }

    /// <summary>The evaluation under way is whole: whoever judges it has judged it.</summary>
    public void Close()
    {
        var (rollout, scored, judged) = (_rollout, _scored, _judged.ToArray());
        (_rollout, _scored) = (null, null);
        _judged.Clear();
        if (rollout is null || scored is null || !scored.Result.Values.All(double.IsFinite)) return;
        if (_steps is [.., var latest] && rollout.Step <= latest) return;   // a request that was repeated
        var scores = new Dictionary<string, double?[]>();
        foreach (var (fact, rows) in judged) Add(scores, fact, rows);
        if (lengthBudget is { } budget)
            scores[LengthBudget.Series] = LengthBudget.Of(rollout.Lengths.Values.Select(length => (double)length), budget);
        Observe(rollout.Step, scores, scored.Result.Values);
    }

    /// <summary>The event that says that the alarm was raised, at the evaluation that raised it; null before that.</summary>
    /// <param name="source">The point of the training stream that was looked at.</param>
    /// <param name="set">The held-out set.</param>
    public MismatchDetected? Detected(string set, StreamHead source)
    {
        if (_alarm?.Ledger is not { RaisedAt: { } raised } ledger) return null;
        var series = ledger.Series.Where(one => one.Part > 0).OrderByDescending(one => one.Part).ToArray();
        var first = series[0];
        return new MismatchDetected(
            _steps[raised], set, ledger.Evidence, ledger.Settings.Threshold,
            [.. series.Select(one => new MismatchSeries(
                one.Id, one.Part, _steps[one.Strongest!.Earlier], _steps[one.Strongest.Later]))],
            [.. _alarm.Heaviest(first.Id, HeaviestShown).Select(one => new MismatchCompletion(
                _prompts[first.Id][one.Prompt], one.Before, one.After))],
            Best(), source);
    }

    /// <summary>The earliest step that may be the best of the development score; null where no series judged every evaluation.</summary>
    int? Best()
    {
        IReadOnlyList<double?[]?> Series(string name) =>
            [.. _scores.Select(one => one.GetValueOrDefault(name) is { } scores ? Array.ConvertAll(scores, Known) : null)];
        var names = _scores[0].Keys.Where(name => name != LengthBudget.Series).Order(StringComparer.Ordinal);
        var budget = lengthBudget is null ? null : Series(LengthBudget.Series);
        return DevelopmentScore.Of(names.Select(Series), budget, _scores.Count) is { } score
            ? _steps[PeakSet.Of(score.Scores).Steps[0]]
            : null;
    }

    /// <summary>A score, where the item did not fail.</summary>
    static double? Known(double? score) => score is { } value && double.IsFinite(value) ? value : null;

    void Add(Dictionary<string, double?[]> scores, EvaluationCompleted judged, IReadOnlyList<EvaluationRow>? rows)
    {
        var steering = metricsOf(judged.Evaluator, judged.Version)?
            .Where(ScoreSeries.MaySteerBy).ToArray();
        if (steering is null or []) return;
        rows ??= JsonLines.Read<EvaluationRow>(artefacts.Read(judged.Artefact));
        foreach (var metric in steering)
            scores[NameOf(judged, metric)] = [.. rows.Select(row => RunEvidence.Value(row, metric.Name) is { } value
                ? double.IsNaN(value) ? value : metric.Range!.Goodness(value, metric.Direction)
                : (double?)null)];
    }

    /// <summary>Another version of an evaluator is another instrument, and begins a series of its own.</summary>
    string NameOf(EvaluationCompleted judged, Metric metric)
    {
        var (name, own) = ($"eval/{judged.Evaluator}/{metric.Name}", $"eval/{judged.Evaluator}/{metric.Name}@{judged.Version}");
        if (_versions.TryAdd(name, judged.Version) || _versions[name] == judged.Version) return name;
        return own;
    }

    void Observe(int step, Dictionary<string, double?[]> scores, double[] proxy)
    {
        var alarm = _alarm ?? OnlineAlarm.Start(
            new AlarmSettings(Planned: Math.Max(1, planned)), [.. scores.Keys.Order(StringComparer.Ordinal)]);
        if (_alarm is not null && proxy.Length < _asked)
        {
            _passedOver.Add(step);
            return;
        }
        _asked = _alarm is null ? proxy.Length : _asked;
        foreach (var name in scores.Keys.Order(StringComparer.Ordinal))
        {
            if (alarm.Ledger.Find(name) is null) alarm = alarm.Inject(name);
            if (!_prompts.ContainsKey(name))
                _prompts[name] = [.. Enumerable.Range(0, _asked).Where(i => scores[name][i] is not null)];
        }
        _alarm = alarm.Observe(
            _steps.Count,
            scores.Where(one => _prompts[one.Key].Length > 0).ToDictionary(
                one => one.Key, one => (IReadOnlyList<double?>)[.. _prompts[one.Key].Select(i => Known(one.Value[i]))]),
            proxy[.._asked]);
        _steps.Add(step);
        _scores.Add(scores);
        if (_alarm.Ledger.Evidence >= FivePercent) ReachedFivePercent ??= step;
    }
}
