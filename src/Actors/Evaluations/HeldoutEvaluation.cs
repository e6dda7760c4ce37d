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
using ActorRlhf.Evaluation.Statistics;
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
        foreach (var (evaluator, actor) in evaluators)
        {
            clock.Restart();
            events.Add(new(await JudgeAsync(run, step, set, rollout, source, evaluator, actor, items, deadline).ConfigureAwait(false), clock.Elapsed));
        }
        return events;
    }

    static async Task<IEvent> JudgeAsync(RunContext run, int step, string set, ContentHash rollout, StreamHead source,
        IEvaluator evaluator, IActorRef? actor, IReadOnlyList<EvaluationItem> items, TimeSpan deadline)
    {
        EvaluationFailed Failed(string reason) => new(step, set, evaluator.Id, evaluator.Version, rollout, reason, source);
        if (actor is null) return Failed("in quarantine: it failed at the last three evaluations");
        IReadOnlyList<ItemResult> results;
        try { results = (await actor.Ask<Judged>(new Judge(items), deadline).ConfigureAwait(false)).Results; }
        catch (AskTimeoutException) { return Failed($"no answer within {deadline.TotalSeconds} s"); }
        catch (Exception thrown) { return Failed($"{thrown.GetType().Name}: {thrown.Message}"); }
        if (results.Count != items.Count) return Failed($"{results.Count} results for {items.Count} items");

        var artefact = run.Artefacts.Put(JsonLines.Write(results.Select((result, i) => EvaluationRow.Of(i, items[i], result))));
        return new EvaluationCompleted(step, set, evaluator.Id, evaluator.Version, BuiltInHash.Of(evaluator), Live: true, rollout, items.Count,
            [.. evaluator.Metrics.Select(metric => Aggregate(metric.Name, results))], artefact, source);
    }

    static MetricAggregate Aggregate(string metric, IReadOnlyList<ItemResult> results)
    {
        var values = results.OfType<ScoredItem>().Select(item => item.Scores.GetValueOrDefault(metric)?.Value).OfType<double>().ToArray();
        var failed = results.Count(result => result is FailedItem);
        if (values.Length == 0) return new MetricAggregate(metric, double.NaN, double.NaN, 0, failed);
        var summary = Summary.Of(values);
        return new MetricAggregate(metric, summary.Mean, summary.StandardError ?? double.NaN, values.Length, failed);
    }
}
