using System.Diagnostics;
using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Reference;
using ActorRlhf.Actors.Rewards;
using ActorRlhf.Actors.Rollouts;
using ActorRlhf.Actors.Runs;
using ActorRlhf.Actors.Runs.Stages;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Training;
using Akka.Actor;

namespace ActorRlhf.Actors.Evaluations;

/// <summary>One held-out evaluation: the same prompts and the same random numbers at every step, so that steps differ by the policy alone.</summary>
static class HeldoutEvaluation
{
    /// <param name="run">The run.</param>
    /// <param name="request">Which policy, and who works.</param>
    /// <param name="evaluators">Each evaluator and its actor; null if it is in quarantine.</param>
    /// <param name="deadline">How long an evaluator may take.</param>
    /// <param name="ct">Ends when the run gives up.</param>
    public static async Task<IReadOnlyList<TimedEvent>> RunAsync(
        RunContext run, EvaluateHeldout request, IReadOnlyList<(IEvaluator Evaluator, IActorRef? Actor)> evaluators, TimeSpan deadline, CancellationToken ct)
    {
        var (step, set, source) = (request.Policy.Step, $"heldout:{run.World.Name}", request.Source);
        var prompts = run.World.HeldoutPrompts();
        var sampled = await request.Workers.Rollout.AskAsync<Generated>(new Generate(request.Policy.Weights,
            [.. prompts.Select((prompt, i) => new SampleRequest(prompt.TokenIds, 0, (uint)i))], RolloutSampling.Options(run, Purpose.EvaluationSampling)), ct).ConfigureAwait(false);
        var rows = RolloutRow.Of(prompts, sampled.Completions, run.World.Tokenizer);
        TokenSequence[] sequences = [.. rows.Select(row => row.Sequence())];

        var clock = Stopwatch.StartNew();
        var scoring = request.Workers.Rewards.AskAsync<Scored>(new ScoreCompletions(request.Members, sequences), ct);
        var measuring = request.Workers.Reference.AskAsync<ReferenceMeasured>(new MeasureReference(request.Reference, sequences, run.Recipe.Sampling.Temperature), ct);
        await Task.WhenAll(scoring, measuring).ConfigureAwait(false);
        var reward = RewardMeasurement.Of(run.Recipe.Reward, scoring.Result.Members);
        var kl = KlMeasurement.Of([.. rows.Select(row => row.LogProbs)], measuring.Result.LogProbs);

        var rollout = run.Artefacts.Put(JsonLines.Write(rows));
        var events = new List<TimedEvent>
        {
            new(RolloutEvents.Collected(step, set, request.Policy.Hash, rollout, rows, source), sampled.Duration),
            new(reward.ToEvent(step, set, run.Recipe.Reward, source), clock.Elapsed),
            new(kl.ToEvent(step, set, run.Recipe.Kl.Estimator, request.Policy.KlCoefficient, request.Policy.KlCoefficient, source)),
        };
        var items = EvaluationItems.Of(rows, reward.Members);
        // All at once: however many of them hang, the run waits for one deadline.
        events.AddRange(await Task.WhenAll(evaluators.Select(one => JudgeAsync(run, step, set, rollout, source, one.Evaluator, one.Actor, items, deadline))).ConfigureAwait(false));
        return events;
    }

    static async Task<TimedEvent> JudgeAsync(RunContext run, int step, string set, ContentHash rollout, StreamHead source,
        IEvaluator evaluator, IActorRef? actor, IReadOnlyList<EvaluationItem> items, TimeSpan deadline)
    {
        var clock = Stopwatch.StartNew();
        TimedEvent Failed(string reason) => new(new EvaluationFailed(step, set, evaluator.Id, evaluator.Version, rollout, reason, source), clock.Elapsed);
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
        return new TimedEvent(new EvaluationCompleted(step, set, evaluator.Id, evaluator.Version, hash, Live: true, rollout, items.Count, aggregates, run.Artefacts.Put(lines), source), clock.Elapsed);
    }
}
