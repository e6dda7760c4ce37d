using System.Diagnostics;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Runs.Judging;

/// <summary>Lets evaluators judge a held-out rollout: all at once, each within its deadline.</summary>
static class Judging
{
    const int MostFailuresInARow = 3;

    /// <summary>What a rollout can give; an evaluator that needs more cannot judge it.</summary>
    const EvaluatorNeeds Given = EvaluatorNeeds.Text | EvaluatorNeeds.Group | EvaluatorNeeds.LogProbs | EvaluatorNeeds.Scores
        | EvaluatorNeeds.Kl | EvaluatorNeeds.Pairs;

    /// <summary>A rollout with what every evaluator says of it.</summary>
    /// <param name="artefacts">Where the rollout is, and where results go.</param>
    /// <param name="rollout">What was sampled and scored.</param>
    /// <param name="evaluators">Who judges, each with why it is not asked; null if it is.</param>
    /// <param name="judges">Finds them.</param>
    /// <param name="deadline">What an evaluator may take.</param>
    /// <param name="beforeRl">The same prompts' rollout before RL; null where this is it, or there is none.</param>
    public static async Task<JudgedRollout> RunAsync(
        ArtefactStore artefacts, HeldoutRollout rollout,
        IReadOnlyList<(EvaluatorDescription Evaluator, string? NotAsked)> evaluators, IJudges judges,
        TimeSpan deadline, ContentHash? beforeRl)
    {
        var facts = rollout.Events.Select(timed => timed.Fact).ToArray();
        var collected = facts.OfType<RolloutCollected>().Single();
        var logged = LoggedRollout.Of(
            collected, default, facts.OfType<RewardScored>().Single(), facts.OfType<KlMeasured>().Single(),
            collected.Step == 0 ? collected.Artefact : beforeRl);
        var needs = evaluators.Aggregate(EvaluatorNeeds.Text, (all, one) => all | one.Evaluator.Needs);
        EvaluationItem[] items;
        try { items = logged.Items(needs, artefacts); }
        // What the policy said before RL is lost: whoever compares with it fails, and nobody else.
        catch (Exception lost) when (beforeRl is not null && IsLost(lost))
        {
            logged = logged with { BeforeRl = null };
            items = logged.Items(needs, artefacts);
        }
        // However many of them hang, the run waits for one deadline.
        var judged = await Task.WhenAll(evaluators.Select(one =>
            JudgeAsync(artefacts, logged, one.Evaluator, one.NotAsked, judges, items, deadline))).ConfigureAwait(false);
        return new JudgedRollout(rollout.Events, judged);
    }

    /// <summary>
    /// What one evaluator says of rollouts that were logged before; a failure is no event, but why it failed. After three failures in a
    /// row the others are not judged: an evaluator that hangs would take its deadline for each.
    /// </summary>
    /// <param name="artefacts">Where the rollouts are, and where results go.</param>
    /// <param name="evaluator">Who judges.</param>
    /// <param name="rollouts">What is judged.</param>
    /// <param name="judges">Finds it.</param>
    /// <param name="deadline">What it may take for each.</param>
    /// <returns>Of each what was judged, or why it was not, and whether that is because its completions are lost.</returns>
    public static async Task<IReadOnlyList<(LoggedRollout Rollout, TimedEvent? Judged, string? Failure, bool IsLost)>> FillInAsync(
        ArtefactStore artefacts, EvaluatorDescription evaluator, IReadOnlyList<LoggedRollout> rollouts, IJudges judges, TimeSpan deadline)
    {
        var (judged, inARow) = (new (LoggedRollout, TimedEvent?, string?, bool)[rollouts.Count], 0);
        // Whoever takes turns would wait within his deadline, and what he judges in time would depend on the number of cores.
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = IsBuiltIn(evaluator, judges) ? Environment.ProcessorCount : 1 };
        await Parallel.ForEachAsync(Enumerable.Range(0, rollouts.Count), atOnce, async (i, _) =>
        {
            var rollout = rollouts[i];
            if (Volatile.Read(ref inARow) >= MostFailuresInARow)
            {
                judged[i] = (rollout, null, "it failed three times in a row before", false);
                return;
            }
            var clock = Stopwatch.StartNew();
            IReadOnlyList<EvaluationItem> items;
            try { items = rollout.ItemsFor(evaluator.Needs, artefacts); }
            catch (Exception lost) when (IsLost(lost))
            {
                judged[i] = (rollout, null, lost.Message, true);
                return;
            }
            var (fact, _, failure) = await AskAsync(artefacts, rollout, evaluator, judges, items, deadline, live: false)
                .ConfigureAwait(false);
            if (fact is null) Interlocked.Increment(ref inARow);
            else Volatile.Write(ref inARow, 0);
            judged[i] = (rollout, fact is null ? null : new TimedEvent(fact, clock.Elapsed), failure, false);
        }).ConfigureAwait(false);
        return judged;
    }

    static bool IsLost(Exception thrown) => thrown is ArtefactMissingException or ArtefactDamagedException;

    static bool IsBuiltIn(EvaluatorDescription evaluator, IJudges judges)
    {
        try { return judges.Find(evaluator) is BuiltInJudge; }
        catch (Exception) { return false; }           // of which it is told when it is asked
    }

    static async Task<(TimedEvent Event, IReadOnlyList<EvaluationRow>? Rows)> JudgeAsync(
        ArtefactStore artefacts, LoggedRollout rollout, EvaluatorDescription evaluator, string? notAsked, IJudges judges,
        EvaluationItem[] items, TimeSpan deadline)
    {
        var clock = Stopwatch.StartNew();
        var (fact, rows, failure) = notAsked is not null
            ? Answer.Failed(notAsked)
            : await AskAsync(
                artefacts, rollout, evaluator, judges, [.. items.Select(item => EvaluationItems.For(evaluator.Needs, item))], deadline,
                live: true).ConfigureAwait(false);
        return (new TimedEvent(
            fact ?? (IEvent)new EvaluationFailed(
                rollout.Step, rollout.Set!, evaluator.Id, evaluator.Version, rollout.Artefact, failure!, rollout.Source),
            clock.Elapsed), rows);
    }

    /// <summary>The event of a rollout that was judged and the rows of its artefact, or why it was not.</summary>
    static async Task<Answer> AskAsync(
        ArtefactStore artefacts, LoggedRollout rollout, EvaluatorDescription evaluator, IJudges judges,
        IReadOnlyList<EvaluationItem> items, TimeSpan deadline, bool live)
    {
        if ((evaluator.Needs & ~Given) is not 0 and var lacking)
            return Answer.Failed($"it needs {lacking.ToString().ToLowerInvariant()}, which a rollout does not have");
        if (evaluator.Needs.HasFlag(EvaluatorNeeds.Pairs) && rollout.BeforeRl is null)
            return Answer.Failed("it needs pairs: what the policy said before RL, which only held-out rollouts have");
        MetricAggregate[] aggregates;
        EvaluationRow[] rows;
        byte[] lines;
        // Whatever an evaluator throws or returns is its own failure, never the run's.
        try
        {
            if (judges.Find(evaluator) is not { } judge) return Answer.Failed("there is no such evaluator in this host");
            deadline = judge.Deadline ?? deadline;
            using var late = new CancellationTokenSource(deadline);
            var results = await judge.ScoreAsync(items, late.Token).ConfigureAwait(false);
            if (results?.Count != items.Count) return Answer.Failed($"{results?.Count ?? 0} results for {items.Count} items");
            for (var i = 0; i < items.Count; i++)
                if (results[i]?.ItemId != items[i].Id)
                    return Answer.Failed($"result {i} is for item '{results[i]?.ItemId}', expected '{items[i].Id}'");
            rows = [.. results.Select((result, i) => EvaluationRow.Of(i, items[i], result))];
            aggregates = [.. evaluator.Metrics.Select(metric => MetricAggregate.Of(metric.Name, rows))];
            lines = JsonLines.Write(rows);
        }
        catch (OperationCanceledException) { return Answer.Failed($"no answer within {deadline.TotalSeconds} s"); }
        catch (Exception thrown) { return Answer.Failed($"{thrown.GetType().Name}: {thrown.Message}"); }
        return new Answer(new EvaluationCompleted(rollout.Step, rollout.Set, evaluator.Id, evaluator.Version, evaluator.Hash,
            live, rollout.Artefact, items.Count, aggregates, artefacts.Put(lines), rollout.Source), rows, null);
    }

    /// <param name="Fact">The event; null where it failed.</param>
    /// <param name="Rows">The rows of its artefact; likewise.</param>
    /// <param name="Failure">Why it failed; null where it did not.</param>
    sealed record Answer(EvaluationCompleted? Fact, IReadOnlyList<EvaluationRow>? Rows, string? Failure)
    {
        public static Answer Failed(string why) => new(null, null, why);
    }
}
