using System.Diagnostics;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Runs.Judging;

/// <summary>Lets evaluators judge a held-out rollout: all at once, each within its deadline.</summary>
static class Judging
{
    /// <summary>What a rollout can give; an evaluator that needs more cannot judge it.</summary>
    const EvaluatorNeeds Given = EvaluatorNeeds.Text | EvaluatorNeeds.Group | EvaluatorNeeds.LogProbs | EvaluatorNeeds.Scores;

    /// <summary>The events of a rollout with what every evaluator says of it.</summary>
    /// <param name="artefacts">Where the rollout is, and where results go.</param>
    /// <param name="rollout">What was sampled and scored.</param>
    /// <param name="evaluators">Who judges, each with why it is not asked; null if it is.</param>
    /// <param name="judges">Finds them.</param>
    /// <param name="deadline">What an evaluator may take.</param>
    public static async Task<IReadOnlyList<TimedEvent>> RunAsync(
        ArtefactStore artefacts, HeldoutRollout rollout,
        IReadOnlyList<(EvaluatorDescription Evaluator, string? NotAsked)> evaluators, IJudges judges,
        TimeSpan deadline)
    {
        var facts = rollout.Events.Select(timed => timed.Fact).ToArray();
        var (collected, scored) = (facts.OfType<RolloutCollected>().Single(), facts.OfType<RewardScored>().Single());
        var items = EvaluationItems.Of(RolloutRow.Read(artefacts, collected.Artefact), RewardMeasurement.MembersOf(scored));
        // However many of them hang, the run waits for one deadline.
        var judged = await Task.WhenAll(evaluators.Select(one =>
            JudgeAsync(artefacts, collected, one.Evaluator, one.NotAsked, judges, items, deadline))).ConfigureAwait(false);
        return [.. rollout.Events, .. judged];
    }

    static async Task<TimedEvent> JudgeAsync(
        ArtefactStore artefacts, RolloutCollected rollout, EvaluatorDescription evaluator, string? notAsked, IJudges judges,
        EvaluationItem[] items, TimeSpan deadline)
    {
        var (step, set, source) = (rollout.Step, rollout.Set!, rollout.Source!.Value);
        var clock = Stopwatch.StartNew();
        TimedEvent Failed(string reason) =>
            new(new EvaluationFailed(step, set, evaluator.Id, evaluator.Version, rollout.Artefact, reason, source), clock.Elapsed);
        if (notAsked is not null) return Failed(notAsked);
        if ((evaluator.Needs & ~Given) is not 0 and var lacking)
            return Failed($"it needs {lacking.ToString().ToLowerInvariant()}, which a held-out rollout does not have");
        MetricAggregate[] aggregates;
        byte[] lines;
        // Whatever an evaluator throws or returns is its own failure, never the run's.
        try
        {
            if (judges.Find(evaluator) is not { } judge) return Failed("there is no such evaluator in this host");
            deadline = judge.Deadline ?? deadline;
            using var late = new CancellationTokenSource(deadline);
            var results = await judge.ScoreAsync([.. items.Select(item => EvaluationItems.For(evaluator.Needs, item))], late.Token)
                .ConfigureAwait(false);
            if (results?.Count != items.Length) return Failed($"{results?.Count ?? 0} results for {items.Length} items");
            for (var i = 0; i < items.Length; i++)
                if (results[i]?.ItemId != items[i].Id)
                    return Failed($"result {i} is for item '{results[i]?.ItemId}', expected '{items[i].Id}'");
            EvaluationRow[] rows = [.. results.Select((result, i) => EvaluationRow.Of(i, items[i], result))];
            aggregates = [.. evaluator.Metrics.Select(metric => MetricAggregate.Of(metric.Name, rows))];
            lines = JsonLines.Write(rows);
        }
        catch (OperationCanceledException) { return Failed($"no answer within {deadline.TotalSeconds} s"); }
        catch (Exception thrown) { return Failed($"{thrown.GetType().Name}: {thrown.Message}"); }
        return new TimedEvent(
            new EvaluationCompleted(step, set, evaluator.Id, evaluator.Version, evaluator.Hash,
                Live: true, rollout.Artefact, items.Length, aggregates, artefacts.Put(lines), source),
            clock.Elapsed);
    }
}
