using System.Diagnostics;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>The policy between two steps, as the run carries it along.</summary>
/// <param name="Step">Steps behind it.</param>
/// <param name="KlCoefficient">β of the next step.</param>
/// <param name="Hash">SHA-256 of its weights' file, which need not be stored.</param>
public sealed record PolicyCursor(int Step, double KlCoefficient, ContentHash Hash);

/// <summary>What a step led to.</summary>
/// <param name="Events">Its events, in order.</param>
/// <param name="After">The policy after it; null if it was not applied.</param>
/// <param name="NotApplied">The tensor because of which it was not applied; null if it was.</param>
public sealed record StepOutcome(IReadOnlyList<TimedEvent> Events, PolicyCursor? After, string? NotApplied);

/// <summary>One step of RL: rollout ⟶ scores ∥ reference ∥ policy and critic ⟶ advantages ⟶ update ⟶ events.</summary>
static class RlStep
{
    /// <param name="run">What the run shares.</param>
    /// <param name="workers">Who computes.</param>
    /// <param name="before">The policy before the step.</param>
    /// <param name="reference">What KL is measured against.</param>
    /// <param name="members">The ensemble.</param>
    /// <param name="logic">Version of the training logic that the run began with.</param>
    /// <param name="logged">The step's completions, where they are not to be sampled but are those of the log.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<StepOutcome> RunAsync(
        RunContext run, IWorkers workers, PolicyCursor before, ContentHash reference, IReadOnlyList<ContentHash> members, int logic,
        IReadOnlyList<RolloutRow>? logged, CancellationToken ct)
    {
        var step = before.Step + 1;
        (IReadOnlyList<RolloutRow>, TimeSpan) rollout;
        try
        {
            rollout = logged is null
                ? await SampleAsync(run, workers, before.Hash, step, ct).ConfigureAwait(false)
                : (logged, TimeSpan.Zero);
        }
        catch (Exception broken) when (WorkFailure.KindOf(broken) is WorkFailureKind.LogitsNotFinite)
        {
            return new StepOutcome([], null, $"logits ({broken.Message})");
        }
        var (rows, rolloutTime) = rollout;
        // A disk makes one wait and computes nothing: meanwhile the completions are scored.
        var storing = Task.Run(() => run.Artefacts.Put(JsonLines.Write(rows)), CancellationToken.None);
        TokenSequence[] sequences = [.. rows.Select(row => row.Sequence())];

        var clock = Stopwatch.StartNew();
        var scoring = workers.DoAsync(new ScoreCompletions(members, sequences), ct);
        var measuringReference = workers.DoAsync(new MeasureReference(reference, sequences, run.Recipe.Sampling.Temperature), ct);
        var measuring = workers.DoAsync(new Measure(step, sequences), ct);
        await Task.WhenAll(scoring, measuringReference, measuring).ConfigureAwait(false);
        var (scored, old, reference_) = (scoring.Result, measuring.Result, measuringReference.Result.LogProbs);
        var scoringTime = clock.Elapsed;

        var reward = RewardMeasurement.Of(run.Recipe.Reward, scored.Members);
        var kl = KlMeasurement.Of(old.LogProbs, reference_);
        var events = new List<TimedEvent>
        {
            new(RolloutEvents.Collected(step, null, before.Hash, await storing.ConfigureAwait(false), rows, null), rolloutTime),
            new(reward.ToEvent(step, null, run.Recipe.Reward, null), scoringTime),
        };
        if (Degenerate.Find(rows, reward, reference_, old) is { } degenerate) return new StepOutcome(events, null, degenerate);

        var nextCoefficient = kl.NextCoefficient(run.Recipe.Kl, before.KlCoefficient, logic);
        events.Add(new(kl.ToEvent(step, null, run.Recipe.Kl.Estimator, before.KlCoefficient, nextCoefficient, null)));

        var (numbers, episodes) = StepNumbers.Of(run.Recipe, before.KlCoefficient, rows, reward.Result, old, reference_);

        clock.Restart();
        var updated = await workers.DoAsync(new UpdatePolicy(step, episodes, logic), ct).ConfigureAwait(false);
        if (updated.Update.NonFinite is { } nonFinite) return new StepOutcome(events, null, nonFinite);
        var updateTime = clock.Elapsed;

        var samplerLogProbs = rows.Select(row => row.LogProbs).ToArray();
        var artefact = run.Artefacts.Put(
            StepArtefact.Write(samplerLogProbs, old.LogProbs, reference_, old.Values, numbers, updated.Update));
        var fact = PolicyEvents.Updated(step, updated.LearningRate, updated.Update.Minibatches, updated.Policy, updated.Critic,
            artefact, samplerLogProbs, old, numbers);
        events.Add(new(fact, updateTime));
        return new StepOutcome(events, new PolicyCursor(step, nextCoefficient, updated.Policy), null);
    }

    static async Task<(IReadOnlyList<RolloutRow> Rows, TimeSpan Duration)> SampleAsync(
        RunContext run, IWorkers workers, ContentHash policy, int step, CancellationToken ct)
    {
        var prompts = run.World.RolloutPrompts(step, run.Recipe.Rl.Episodes);
        var sampled = await workers.DoAsync(new Generate(policy,
            [.. prompts.Select((prompt, i) => new SampleRequest(prompt.TokenIds, (uint)step, (uint)i))],
            RolloutSampling.Options(run, Purpose.RolloutSampling)), ct).ConfigureAwait(false);
        return (RolloutRow.Of(prompts, sampled.Completions, run.World.Tokenizer), sampled.Duration);
    }
}
