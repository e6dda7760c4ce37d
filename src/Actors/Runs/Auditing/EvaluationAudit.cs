using System.Text.Json;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>
/// Checks the events of an evaluation stream one after the other: order, files, numbers, and that they fit the training stream.
/// </summary>
/// <param name="artefacts">Where the files are.</param>
/// <param name="files">Checks them.</param>
/// <param name="training">The policy at the events of the training stream, as far as these are sound.</param>
/// <param name="rollouts">Those of the training stream; those of this stream are added.</param>
/// <param name="readRun">Reads the run, for what rests on both streams; null where that is not checked.</param>
/// <param name="isShared">
/// Whether the stream is that of a fork's parent: a point of the training stream behind what both share then means the last that they
/// share.
/// </param>
sealed class EvaluationAudit(
    ArtefactStore artefacts, ArtefactAudit files, IReadOnlyList<TrainingPoint> training, KnownRollouts rollouts,
    Func<RunRecord>? readRun, bool isShared = false)
{
    readonly List<IEvent> _batch = [];                        // of the held-out rollout under way
    readonly HashSet<string> _judges = [];                    // built-in evaluators that judged it
    readonly HashSet<string> _heard = [];                     // evaluators that said something of it
    readonly HashSet<(ContentHash Rollout, int Step, string Evaluator, string Version)> _filledIn = [];
    readonly HashSet<BenchmarkCompleted.Request> _benchmarks = [];
    IReadOnlyList<RolloutRow> _rows = [];
    HashSet<string> _judgesBefore = [];
    readonly Quarantine _quarantine = new();
    bool _alarmed;

    /// <summary>Steps whose policy was evaluated on held-out prompts, in order.</summary>
    public List<(int Step, long Sequence)> Steps { get; } = [];

    /// <summary>What is wrong with the next event; null if nothing is.</summary>
    /// <param name="recipe">The run's recipe; null where the training stream does not even have its beginning.</param>
    /// <param name="world">The run's world; null where the training stream does not say what it is.</param>
    /// <param name="isOwnBuild">Whether this build wrote all of it, so that its evaluators have the versions of this build.</param>
    public AuditFinding? Check(ReadEvent read, Recipe? recipe, WorldAudit? world, bool isOwnBuild)
    {
        try { return CheckSound(read, recipe, world, isOwnBuild); }
        catch (Exception nil) when (nil is NullReferenceException or ArgumentNullException)
        {
            // MessagePack reads nil into whatever can be null.
            return AuditFinding.At(read, AuditFindingKind.Altered, "a field that must have a value is nil");
        }
    }

    AuditFinding? CheckSound(ReadEvent read, Recipe? recipe, WorldAudit? world, bool isOwnBuild)
    {
        IEvent fact;
        try
        {
            fact = read.Event;
            _ = read.Envelope;
        }
        catch (Exception unreadable) when (unreadable is UnreadableEventException or UnknownEventException)
        {
            return AuditFinding.At(read, AuditFindingKind.Altered, unreadable.Message);
        }
        if (files.Check(read) is { } bad) return bad;
        if (fact is not EvaluatorReleased && EvaluationSource.Of(fact) is null)
            return AuditFinding.At(read, AuditFindingKind.Altered, $"{read.Manifest} does not belong in this stream, or names no source");
        if (fact is RolloutCollected && Unjudged(read.Stream, read.Sequence, AuditFindingKind.Missing) is { } unjudged) return unjudged;
        try
        {
            var what = Asked(fact) ?? (recipe is null ? null : Arithmetic(fact, read, recipe, world, isOwnBuild));
            _quarantine.Add(fact);
            return what is null ? null : AuditFinding.At(read, AuditFindingKind.Arithmetic, what);
        }
        catch (Exception foreign) when (foreign is JsonException or KeyNotFoundException or ArgumentException and not ArgumentNullException)
        {
            return AuditFinding.At(read, AuditFindingKind.Arithmetic, $"its artefact is not what such an event names: {foreign.Message}");
        }
    }

    /// <summary>Whether an evaluator was asked although it was in quarantine, or released although it was not.</summary>
    string? Asked(IEvent fact) => fact switch
    {
        EvaluationCompleted { Live: true } judged when _quarantine.Has(judged.Evaluator, judged.Version) =>
            $"the evaluator {judged.Evaluator} {judged.Version} was in quarantine, and no event says that anybody ended that",
        EvaluatorReleased released when !_quarantine.Has(released.Evaluator, released.Version) =>
            $"the evaluator {released.Evaluator} {released.Version} was not in quarantine",
        _ => null,
    };

    /// <summary>Whether the stream ends where it may.</summary>
    /// <param name="stream">Its id.</param>
    /// <param name="last">Its last sequence number.</param>
    /// <param name="due">Steps that the training stream shows to have been evaluated, in order.</param>
    public AuditFinding? End(string stream, long last, IEnumerable<int> due)
    {
        foreach (var step in due)
        {
            if (Steps.Exists(done => done.Step == step)) continue;
            var later = Steps.Find(done => done.Step > step);
            return later.Sequence > 0
                ? new AuditFinding(stream, later.Sequence, AuditFindingKind.Missing,
                    $"the evaluation after step {step} should be before this one: the training stream went on only when it was stored")
                : new AuditFinding(stream, last + 1, AuditFindingKind.Truncated,
                    $"the evaluation after step {step} is not there: the training stream went on only when it was stored");
        }
        return _batch.Count is > 0 and < 3
            ? new AuditFinding(stream, last + 1, AuditFindingKind.Truncated,
                $"the stream ends after {_batch[^1].GetType().Name}, in the middle of what is stored as a whole")
            : Unjudged(stream, last + 1, AuditFindingKind.Truncated);
    }

    string? Arithmetic(IEvent fact, ReadEvent read, Recipe recipe, WorldAudit? world, bool isOwnBuild)
    {
        switch (fact)
        {
            case RolloutCollected rollout:
                _batch.Clear();
                _batch.Add(rollout);
                _rows = RolloutRow.Read(artefacts, rollout.Artefact);
                rollouts.Add(rollout, _rows.Count);
                _heard.Clear();
                if (Steps.Exists(done => done.Step == rollout.Step)) return $"step {rollout.Step} was evaluated before";
                Steps.Add((rollout.Step, read.Sequence));
                if (rollout.Set is not { } set) return "set is null; a held-out set has a name";
                if (PointOf(rollout.Source!.Value) is { Weights: null }) return $"there was no policy at {rollout.Source}";
                return StepAudit.Rollout(rollout, _rows, PointOf(rollout.Source!.Value)?.Weights ?? rollout.PolicyWeights)
                    ?? AtItsStep(rollout.Step, rollout.Source!.Value)
                    ?? world?.Heldout(set, _rows, PointOf(rollout.Source!.Value)?.Prompts ?? recipe.Evaluation.Prompts,
                        resumed: read.Envelope.WriterEpoch > 1);
            case RewardScored scored:
                return Follows(scored, scored.Step, scored.Set, scored.Source!.Value, 1)
                    ?? StepAudit.Scored(scored, recipe.Reward, _rows.Count);
            case KlMeasured kl:
                if (Follows(kl, kl.Step, kl.Set, kl.Source!.Value, 2) is { } misplaced) return misplaced;
                if (kl.K1.Values.Length != _rows.Count || kl.K3.Values.Length != _rows.Count)
                    return $"{kl.K1.Values.Length} and {kl.K3.Values.Length} sums for {Counted.Of(_rows.Count, "sample")}";
                var coefficient = PointOf(kl.Source!.Value)?.KlCoefficient ?? kl.CoefficientBefore;
                return StepAudit.Kl(kl, new KlMeasurement(kl.K1.Values, kl.K3.Values, _rows.Sum(row => row.TokenIds.Length)),
                    recipe.Kl, coefficient, coefficient, throughExp: false);
            case EvaluationCompleted completed:
                return (completed.Live
                        ? Judged(completed.Evaluator, completed.Step, completed.Set ?? "", completed.Rollout, completed.Source)
                        : FilledIn(completed))
                    ?? Completed(completed, isOwnBuild);
            case MismatchDetected detected:
                return Mismatched(detected, read.Sequence);
            case BenchmarkCompleted benchmark:
                return AtItsStep(benchmark.Step, benchmark.Source) ?? Benchmarked(benchmark);
            case EvaluationFailed failed:
                return Judged(failed.Evaluator, failed.Step, failed.Set, failed.Rollout, failed.Source);
            default: return null;
        }
    }

    /// <summary>Whether it was the run's policy that did a benchmark, once, and the aggregates are those of its answers.</summary>
    string? Benchmarked(BenchmarkCompleted benchmark)
    {
        if (!_benchmarks.Add(benchmark.Asked())) return "the same was asked of this step before";
        if (PointOf(benchmark.Source) is { Weights: { } weights } && weights != benchmark.Policy)
            return $"policy is {benchmark.Policy}, at {benchmark.Source} it was {weights}";
        var rows = JsonLines.Read<BenchmarkRow>(artefacts.Read(benchmark.Artefact));
        if (rows.Count != benchmark.Items) return $"{Counted.Of(benchmark.Items, "item")} in the event and {rows.Count} in its artefact";
        for (var i = 0; i < rows.Count; i++)
            if (rows[i].Index != i) return $"line {i + 1} of its artefact has the index {rows[i].Index}";
        return EventDifference.First(
            benchmark, benchmark with { Aggregates = BenchmarkRow.Aggregates(benchmark.Aggregates.Select(one => one.Metric), rows) });
    }

    /// <summary>Whether the alarm was raised, once, by what stands before it, as far as this build knows everybody who judged.</summary>
    string? Mismatched(MismatchDetected detected, long sequence)
    {
        if (_batch is not [RolloutCollected rollout, _, _] || rollout.Step != detected.Step || rollout.Set != detected.Set
            || rollout.Source != detected.Source)
            return "it is not about the rollout before it";
        if (_alarmed) return "the alarm was raised before";
        _alarmed = true;
        try
        {
            if (readRun?.Invoke() is not { } run) return null;
            var judged = run.Evaluations().TakeWhile(one => !run.Owns(one) || one.Sequence < sequence)
                .Select(one => EvaluatorUse.Of(one.Event)).OfType<(string Evaluator, string Version)>();
            if (judged.Any(one => BuiltInEvaluators.MetricsOf(one.Evaluator, one.Version) is null)) return null;
            var alarm = AlarmFold.Of(run, BuiltInEvaluators.MetricsOf, sequence);
            return alarm.Detected(detected.Set, detected.Source) is { } again
                ? EventDifference.First(detected, again)
                : FormattableString.Invariant($"the evidence before it is {alarm.Alarm?.Ledger.Evidence ?? 0}, not {detected.Threshold}");
        }
        // What is damaged is named where the walk comes to it.
        catch (Exception damaged) when (RunDamage.Is(damaged) || damaged is ArtefactMissingException or ArtefactDamagedException)
        {
            return null;
        }
    }

    /// <summary>
    /// The policy at a point of the training stream; null where the training stream is not sound, or was read before it came that far.
    /// </summary>
    TrainingPoint? PointOf(StreamHead source) =>
        source.Sequence > 0 && source.Sequence <= training.Count ? training[(int)source.Sequence - 1]
        : isShared && training.Count > 0 ? training[^1]
        : null;

    string? AtItsStep(int step, StreamHead source) =>
        PointOf(source) is { } point && point.Step != step ? $"step is {step}, the training stream was at step {point.Step} there" : null;

    /// <summary>Scores and KL belong to the rollout before them.</summary>
    string? Follows(IEvent fact, int step, string? set, StreamHead source, int place)
    {
        if (_batch.Count != place || _batch[0] is not RolloutCollected rollout) return "it does not follow a rollout that lacks it";
        _batch.Add(fact);
        return step != rollout.Step || set != rollout.Set || source != rollout.Source
            ? $"step {step}, set {set} and source {source} are not those of the rollout before it: "
                + $"{rollout.Step}, {rollout.Set} and {rollout.Source}"
            : null;
    }

    /// <summary>Whether an evaluator, once, judged the rollout that was stored with what it says.</summary>
    string? Judged(string evaluator, int step, string set, ContentHash rollout, StreamHead source)
    {
        if (rollouts.Samples(rollout) is null) return $"rollout {rollout} was never collected";
        if (_batch.Count != 3 || _batch[0] is not RolloutCollected held || held.Artefact != rollout)
            return "it is not about the rollout before it";
        if (step != held.Step || set != held.Set || source != held.Source)
            return $"step {step}, set {set} and source {source} are not those of its rollout: {held.Step}, {held.Set} and {held.Source}";
        if (!_heard.Add(evaluator)) return $"the evaluator {evaluator} judged this rollout before";
        if (BuiltInEvaluators.ById.ContainsKey(evaluator)) _judges.Add(evaluator);
        return null;
    }

    /// <summary>Whether what was found out later is about a rollout of that step.</summary>
    string? FilledIn(EvaluationCompleted completed) =>
        rollouts.Samples(completed.Rollout) is null ? $"rollout {completed.Rollout} was never collected"
        : !rollouts.IsAt(completed.Rollout, completed.Step, completed.Set)
            ? $"rollout {completed.Rollout} was not collected at step {completed.Step} for {completed.Set ?? "training"}"
        : !_filledIn.Add((completed.Rollout, completed.Step, completed.Evaluator, completed.Version))
            ? $"the evaluator {completed.Evaluator} {completed.Version} judged this rollout before"
        : null;

    /// <summary>An evaluation's counts and aggregates, and the scores themselves where the evaluator is one of this build.</summary>
    string? Completed(EvaluationCompleted completed, bool isOwnBuild)
    {
        var rows = JsonLines.Read<EvaluationRow>(artefacts.Read(completed.Artefact));
        var samples = rollouts.Samples(completed.Rollout)!.Value;
        if (rows.Count != samples || completed.Items != samples)
            return $"{Counted.Of(completed.Items, "item")} in the event and {rows.Count} in its artefact, "
                + $"{Counted.Of(samples, "completion")} in the rollout";
        for (var i = 0; i < rows.Count; i++)
            if (rows[i].Index != i) return $"line {i + 1} of its artefact has the index {rows[i].Index}";
        var again = completed with { Aggregates = [.. completed.Aggregates.Select(one => MetricAggregate.Of(one.Metric, rows))] };
        return EventDifference.First(completed, again) ?? Again(completed, rows, isOwnBuild);
    }

    string? Again(EvaluationCompleted completed, IReadOnlyList<EvaluationRow> rows, bool isOwnBuild)
    {
        if (!BuiltInEvaluators.ById.TryGetValue(completed.Evaluator, out var evaluator)) return null;
        if (evaluator.Version != completed.Version)
            return isOwnBuild ? $"version is {completed.Version}, {completed.Evaluator} of this build is {evaluator.Version}" : null;
        if (!evaluator.Metrics.Select(metric => metric.Name).SequenceEqual(completed.Aggregates.Select(aggregate => aggregate.Metric)))
            return $"aggregates are of {string.Join(", ", completed.Aggregates.Select(aggregate => aggregate.Metric))}, "
                + $"the evaluator gives {string.Join(", ", evaluator.Metrics.Select(metric => metric.Name))}";
        // What rests on other events, such as kl, repeats numbers that are checked where they stand.
        if ((evaluator.Needs & ~(EvaluatorNeeds.Text | EvaluatorNeeds.Group | EvaluatorNeeds.LogProbs)) != 0) return null;
        var items = EvaluationItems.Of(RolloutRow.Read(artefacts, completed.Rollout), [], kl: null, beforeRl: null);
        var again = JsonLines.Read<EvaluationRow>(
            JsonLines.Write(evaluator.Score(items).Select((result, i) => EvaluationRow.Of(i, items[i], result))));
        for (var i = 0; i < rows.Count; i++)
            if (!JsonLines.Write([rows[i]]).AsSpan().SequenceEqual(JsonLines.Write([again[i]])))
                return $"item {i} was {Line(rows[i])} in its artefact and is {Line(again[i])} now";
        return null;
    }

    /// <summary>Built-in evaluators judge every held-out rollout or fail; one that is silent was removed from the log.</summary>
    AuditFinding? Unjudged(string stream, long sequence, AuditFindingKind kind)
    {
        var silent = _judgesBefore.Except(_judges).Order(StringComparer.Ordinal).FirstOrDefault();
        _judgesBefore = [.. _judges];
        _judges.Clear();
        return silent is null
            ? null
            : new AuditFinding(stream, sequence, kind,
                $"the evaluator {silent} judged the rollout before, and is not among those of step {Steps[^1].Step}");
    }

    static string Line(EvaluationRow row) => System.Text.Encoding.UTF8.GetString(JsonLines.Write([row])).TrimEnd();
}
