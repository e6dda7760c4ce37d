using System.Text.Json;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>
/// Checks the events of an evaluation stream one after the other: order, files, numbers, and that they fit the training stream.
/// </summary>
/// <param name="artefacts">Where the files are.</param>
/// <param name="files">Checks them.</param>
/// <param name="training">The policy at the events of the training stream, as far as these are sound.</param>
/// <param name="rollouts">Samples of each rollout of the training stream by its artefact; those of this stream are added.</param>
sealed class EvaluationAudit(
    ArtefactStore artefacts, ArtefactAudit files, IReadOnlyList<TrainingPoint> training, Dictionary<ContentHash, int> rollouts)
{
    readonly List<IEvent> _batch = [];                        // of the held-out rollout under way
    readonly HashSet<string> _judges = [];                    // built-in evaluators that judged it
    IReadOnlyList<RolloutRow> _rows = [];
    HashSet<string> _judgesBefore = [];
    readonly Quarantine _quarantine = new();

    /// <summary>Steps whose policy was evaluated on held-out prompts, in order.</summary>
    public List<(int Step, long Sequence)> Steps { get; } = [];

    /// <summary>What is wrong with the next event; null if nothing is.</summary>
    /// <param name="recipe">The run's recipe; null where the training stream does not even have its beginning.</param>
    /// <param name="world">The run's world; null where the training stream does not say what it is.</param>
    public AuditFinding? Check(ReadEvent read, Recipe? recipe, WorldAudit? world)
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
            var what = Asked(fact) ?? (recipe is null ? null : Arithmetic(fact, read, recipe, world));
            _quarantine.Add(fact);
            return what is null ? null : AuditFinding.At(read, AuditFindingKind.Arithmetic, what);
        }
        catch (Exception foreign) when (foreign is JsonException or ArgumentException or KeyNotFoundException)
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

    string? Arithmetic(IEvent fact, ReadEvent read, Recipe recipe, WorldAudit? world)
    {
        switch (fact)
        {
            case RolloutCollected rollout:
                _batch.Clear();
                _batch.Add(rollout);
                _rows = RolloutRow.Read(artefacts, rollout.Artefact);
                rollouts[rollout.Artefact] = _rows.Count;
                Steps.Add((rollout.Step, read.Sequence));
                if (rollout.Set is not { } set) return "set is null; a held-out set has a name";
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
                    recipe.Kl, coefficient, coefficient);
            case EvaluationCompleted completed:
                return Judged(completed.Evaluator, completed.Step, completed.Set, completed.Rollout, completed.Live)
                    ?? Completed(completed);
            case EvaluationFailed failed:
                return Judged(failed.Evaluator, failed.Step, failed.Set, failed.Rollout, live: false);
            default: return null;
        }
    }

    /// <summary>
    /// The policy at a point of the training stream; null where the training stream is not sound, or was read before it came that far.
    /// </summary>
    TrainingPoint? PointOf(StreamHead source) =>
        source.Sequence > 0 && source.Sequence <= training.Count ? training[(int)source.Sequence - 1] : null;

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

    string? Judged(string evaluator, int step, string set, ContentHash rollout, bool live)
    {
        if (!rollouts.ContainsKey(rollout)) return $"rollout {rollout} was never collected";
        if (_batch.Count == 3 && _batch[0] is RolloutCollected held && held.Artefact == rollout)
        {
            if (step != held.Step || set != held.Set)
                return $"step {step} and set {set} are not those of its rollout: {held.Step} and {held.Set}";
            if (BuiltInEvaluators.ById.ContainsKey(evaluator)) _judges.Add(evaluator);
            return null;
        }
        return live ? "it is not about the rollout before it" : null;
    }

    /// <summary>An evaluation's counts and aggregates, and the scores themselves where the evaluator is one of this build.</summary>
    string? Completed(EvaluationCompleted completed)
    {
        var rows = JsonLines.Read<EvaluationRow>(artefacts.Read(completed.Artefact));
        var samples = rollouts[completed.Rollout];
        if (rows.Count != samples || completed.Items != samples)
            return $"{Counted.Of(completed.Items, "item")} in the event and {rows.Count} in its artefact, "
                + $"{Counted.Of(samples, "completion")} in the rollout";
        for (var i = 0; i < rows.Count; i++)
            if (rows[i].Index != i) return $"line {i + 1} of its artefact has the index {rows[i].Index}";
        var again = completed with { Aggregates = [.. completed.Aggregates.Select(one => MetricAggregate.Of(one.Metric, rows))] };
        return EventDifference.First(completed, again) ?? Again(completed, rows);
    }

    string? Again(EvaluationCompleted completed, IReadOnlyList<EvaluationRow> rows)
    {
        if (!BuiltInEvaluators.ById.TryGetValue(completed.Evaluator, out var evaluator) || evaluator.Version != completed.Version)
            return null;
        if (!evaluator.Metrics.Select(metric => metric.Name).SequenceEqual(completed.Aggregates.Select(aggregate => aggregate.Metric)))
            return $"aggregates are of {string.Join(", ", completed.Aggregates.Select(aggregate => aggregate.Metric))}, "
                + $"the evaluator gives {string.Join(", ", evaluator.Metrics.Select(metric => metric.Name))}";
        var items = EvaluationItems.Of(RolloutRow.Read(artefacts, completed.Rollout), []);
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
