using System.Diagnostics;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Evaluation.Contract;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Evaluations;

/// <summary>Lets evaluators judge a held-out rollout: all at once, each within its deadline.</summary>
static class Judging
{
    /// <summary>The events of a rollout with what every evaluator says of it.</summary>
    /// <param name="artefacts">Where the rollout is, and where results go.</param>
    /// <param name="rollout">What was sampled and scored.</param>
    /// <param name="evaluators">Who judges; an evaluator in quarantine has no actor.</param>
    /// <param name="deadline">What an evaluator may take.</param>
    public static async Task<IReadOnlyList<TimedEvent>> RunAsync(
        ArtefactStore artefacts, HeldoutRollout rollout, IReadOnlyList<(IEvaluator Evaluator, IActorRef? Actor)> evaluators, TimeSpan deadline)
    {
        var facts = rollout.Events.Select(timed => timed.Fact).ToArray();
        var (collected, scored) = (facts.OfType<RolloutCollected>().Single(), facts.OfType<RewardScored>().Single());
        var items = EvaluationItems.Of(RolloutRow.Read(artefacts, collected.Artefact), RewardMeasurement.MembersOf(scored));
        // However many of them hang, the run waits for one deadline.
        var judged = await Task.WhenAll(evaluators.Select(one => JudgeAsync(artefacts, collected, one.Evaluator, one.Actor, items, deadline))).ConfigureAwait(false);
        return [.. rollout.Events, .. judged];
    }

    static async Task<TimedEvent> JudgeAsync(
        ArtefactStore artefacts, RolloutCollected rollout, IEvaluator evaluator, IActorRef? actor, IReadOnlyList<EvaluationItem> items, TimeSpan deadline)
    {
        var (step, set, source) = (rollout.Step, rollout.Set!, rollout.Source!.Value);
        var clock = Stopwatch.StartNew();
        TimedEvent Failed(string reason) => new(new EvaluationFailed(step, set, evaluator.Id, evaluator.Version, rollout.Artefact, reason, source), clock.Elapsed);
        if (actor is null) return Failed("in quarantine: it failed at the last three evaluations");
        ContentHash hash;
        MetricAggregate[] aggregates;
        byte[] lines;
        // Whatever an evaluator throws or returns is its own failure, never the run's.
        try
        {
            var results = (await actor.Ask<Judged>(new Judge(items), deadline).ConfigureAwait(false)).Results;
            if (results?.Count != items.Count) return Failed($"{results?.Count ?? 0} results for {items.Count} items");
            for (var i = 0; i < items.Count; i++)
                if (results[i]?.ItemId != items[i].Id) return Failed($"result {i} is for item '{results[i]?.ItemId}', expected '{items[i].Id}'");
            EvaluationRow[] rows = [.. results.Select((result, i) => EvaluationRow.Of(i, items[i], result))];
            aggregates = [.. evaluator.Metrics.Select(metric => MetricAggregate.Of(metric.Name, rows))];
            lines = JsonLines.Write(rows);
            hash = BuiltInHash.Of(evaluator);
        }
        catch (AskTimeoutException) { return Failed($"no answer within {deadline.TotalSeconds} s"); }
        catch (Exception thrown) { return Failed($"{thrown.GetType().Name}: {thrown.Message}"); }
        return new TimedEvent(
            new EvaluationCompleted(step, set, evaluator.Id, evaluator.Version, hash, Live: true, rollout.Artefact, items.Count, aggregates, artefacts.Put(lines), source),
            clock.Elapsed);
    }
}
