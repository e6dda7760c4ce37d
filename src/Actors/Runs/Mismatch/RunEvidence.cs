using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>Finds what a metric of an evaluator means; null where nobody knows that version.</summary>
/// <param name="evaluator">Its id.</param>
/// <param name="version">Its version.</param>
public delegate IReadOnlyList<Metric>? MetricsOf(string evaluator, string version);

/// <summary>What the two streams of a run say about reward and evaluation, by prompt: all that the ledger of mismatch rests on.</summary>
/// <param name="Run">The run.</param>
/// <param name="Evaluations">In order of the steps, all over the same prompts.</param>
/// <param name="Series">What evaluators said of these, and the length budget, in order of their names.</param>
/// <param name="Preferences">What is known of the comparisons and the reward models.</param>
/// <param name="PromptIds">(B) the held-out prompts.</param>
/// <param name="Missing">What could not be taken in, and why.</param>
public sealed record RunEvidence(
    RunRecord Run, IReadOnlyList<HeldoutEvidence> Evaluations, IReadOnlyList<ScoreSeries> Series, PreferenceEvidence Preferences,
    IReadOnlyList<string> PromptIds, IReadOnlyList<MissingFigure> Missing)
{
    static readonly Metric s_development = new(
        "development", MetricDirection.Higher, MetricRole.Development,
        "Mean of the development metrics that apply, each as a share of the way from its worst to its best value.", MetricRange.Share);

    /// <summary>Reads a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="metricsOf">What evaluators say of their metrics.</param>
    /// <exception cref="Log.Artefacts.ArtefactMissingException">An artefact is not there.</exception>
    /// <exception cref="Log.Artefacts.ArtefactDamagedException">An artefact has other bytes.</exception>
    public static RunEvidence Read(RunRecord run, MetricsOf metricsOf)
    {
        var rollouts = new SortedDictionary<int, Rollout>();
        foreach (var fact in run.Evaluations().Select(read => read.Event))
            if (EventSteps.Of(fact) is { } step)
            {
                if (fact is RolloutCollected collected) rollouts[step] = new Rollout(collected);
                else if (rollouts.TryGetValue(step, out var rollout)) rollout.Take(fact);
            }
        var missing = new List<MissingFigure>();
        Rollout[] whole = [.. rollouts.Values.Where(one => one.Scored is not null)];
        var ids = PromptsOf(run, whole);
        var prompts = CommonPrompts(ids);
        if (whole.Length > 0 && prompts.Length < ids.Max(one => one.Length))
            missing.Add(new MissingFigure("prompts", FormattableString.Invariant(
                $"the evaluations have {prompts.Length} prompts in common: the others are left out")));
        var preferences = PreferenceEvidence.Of(run);
        HeldoutEvidence[] evaluations = [.. whole.Select(one => one.Evidence(prompts.Length))];
        var series = new List<ScoreSeries>(SeriesOf(run, whole, prompts.Length, metricsOf, missing));
        if (preferences.LengthBudget is { } budget)
            series.Add(new ScoreSeries(
                null, null, LengthBudget.Metric, [.. evaluations.Select(one => LengthBudget.Of(one.Lengths, budget))]));
        else missing.Add(new MissingFigure(
            "length-budget", "no comparisons of the SFT policy's own completions: nothing says how long it was before RL"));
        if (DevelopmentOf(series, evaluations.Length, prompts.Length, missing) is { } development) series.Add(development);
        return new RunEvidence(
            run, evaluations, [.. series.OrderBy(one => one.Name, StringComparer.Ordinal)], preferences, prompts, missing);
    }

    /// <summary>The series of a name; null where there is none.</summary>
    public ScoreSeries? Find(string name) => Series.FirstOrDefault(one => one.Name == name);

    static IEnumerable<ScoreSeries> SeriesOf(
        RunRecord run, Rollout[] rollouts, int prompts, MetricsOf metricsOf, List<MissingFigure> missing)
    {
        // Of several versions the newest counts: a series is made of scores of one instrument.
        var newest = rollouts.SelectMany(one => one.Judged).GroupBy(one => one.Evaluator)
            .ToDictionary(group => group.Key, group => group.Last().Version);
        foreach (var (evaluator, version) in newest.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            if (metricsOf(evaluator, version) is not { } metrics)
            {
                missing.Add(new MissingFigure(
                    $"eval/{evaluator}", $"nobody here knows version {version} of it, and so not which way is better"));
                continue;
            }
            var isLive = rollouts.SelectMany(one => one.Judged).Where(one => one.Evaluator == evaluator && one.Version == version)
                .All(one => one.Live);
            var rows = Array.ConvertAll(rollouts, rollout =>
                rollout.Judged.LastOrDefault(one => one.Evaluator == evaluator && one.Version == version) is { } judged
                    ? JsonLines.Read<EvaluationRow>(run.Artefacts.Read(judged.Artefact))
                    : null);
            foreach (var metric in metrics)
                yield return new ScoreSeries(evaluator, version, metric, Array.ConvertAll(rows, one => one is null
                    ? null
                    : (double?[])[.. one.Take(prompts).Select(row => Value(row, metric.Name))]))
                { IsLive = isLive };
        }
    }

    /// <summary>A metric of an item: NaN where the item failed, null where the metric does not apply.</summary>
    internal static double? Value(EvaluationRow row, string metric) =>
        row.Scores is null ? double.NaN : row.Scores.GetValueOrDefault(metric)?.Value;

    static ScoreSeries? DevelopmentOf(List<ScoreSeries> series, int evaluations, int prompts, List<MissingFigure> missing)
    {
        ScoreSeries[] steering = [.. series.Where(one => one.MaySteer && !one.IsOfLog)];
        foreach (var one in steering.Where(one => one.Evaluations.Length < evaluations))
            missing.Add(new MissingFigure(one.Name, "it did not judge every evaluation, so that it has no part in the development score"));
        var score = DevelopmentScore.Of(
            steering.Select(one => one.Goodness), series.Find(one => one.IsOfLog)?.Goodness, evaluations);
        if (score is null) return null;
        var places = score.Prompts.Index().ToDictionary(one => one.Item, one => one.Index);
        return new ScoreSeries(null, null, s_development, [.. score.Scores.Select(scores => (double?[])
            [.. Enumerable.Range(0, prompts).Select(i => places.TryGetValue(i, out var at) ? scores[at] : (double?)null)])]);
    }

    /// <summary>The ids of the prompts of each evaluation: from what an evaluator said where one did, which is less to read.</summary>
    static string[][] PromptsOf(RunRecord run, Rollout[] rollouts) => Array.ConvertAll(rollouts, rollout =>
        rollout.Judged is [var judged, ..]
            ? JsonLines.Read<EvaluationRow>(run.Artefacts.Read(judged.Artefact)).Select(row => row.PromptId ?? "").ToArray()
            : [.. RolloutRow.Read(run.Artefacts, rollout.Collected.Artefact).Select(row => row.PromptId)]);

    /// <summary>As many of the first prompts as all evaluations have in common: with more of them asked, the first stay the same.</summary>
    static string[] CommonPrompts(string[][] ids)
    {
        if (ids.Length == 0) return [];
        var count = ids.Min(one => one.Length);
        foreach (var other in ids[1..])
            for (var i = 0; i < count; i++)
                if (other[i] != ids[0][i]) count = i;
        return ids[0][..count];
    }

    sealed class Rollout(RolloutCollected collected)
    {
        public RolloutCollected Collected => collected;
        public RewardScored? Scored { get; private set; }
        public KlMeasured? Kl { get; private set; }
        public List<EvaluationCompleted> Judged { get; } = [];

        public void Take(IEvent fact)
        {
            switch (fact)
            {
                case RewardScored scored when scored.Set is not null: Scored = scored; break;
                case KlMeasured kl when kl.Set is not null: Kl = kl; break;
                case EvaluationCompleted judged when judged.Rollout == collected.Artefact && judged.Set is not null:
                    Judged.Add(judged);
                    break;
            }
        }

        public HeldoutEvidence Evidence(int prompts) => new(
            collected.Step, collected.Artefact, Scored!.Result.Values[..prompts],
            Array.ConvertAll(RewardMeasurement.MembersOf(Scored), scores => scores[..prompts]), Kl?.K1.Values[..prompts],
            Array.ConvertAll(collected.Lengths.Values[..prompts], length => (double)length));
    }
}
