using System.Diagnostics;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Algorithms.Ppo;

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
    /// <param name="scoring">Its completions, scored.</param>
    /// <param name="logic">Version of the training logic that the run began with.</param>
    /// <param name="updated">Told of the policy after the step as soon as it is there, before anything of it is stored.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<StepOutcome> RunAsync(
        RunContext run, IWorkers workers, PolicyCursor before, Task<ScoredRollout> scoring, int logic, Action<PolicyCursor> updated,
        CancellationToken ct)
    {
        var step = before.Step + 1;
        ScoredRollout rollout;
        try { rollout = await scoring.ConfigureAwait(false); }
        catch (Exception broken) when (WorkFailure.KindOf(broken) is WorkFailureKind.LogitsNotFinite)
        {
            return new StepOutcome([], null, $"logits ({broken.Message})");
        }
        var (rows, old, reference) = (rollout.Rows, rollout.Measured, rollout.Reference);
        // A disk makes one wait and computes nothing: meanwhile the policy is updated.
        var storing = Task.Run(() => run.Artefacts.Put(JsonLines.Write(rows)), CancellationToken.None);
        var reward = RewardMeasurement.Of(run.Recipe.Reward, rollout.Scored.Members);
        var kl = KlMeasurement.Of(old.LogProbs, reference);

        async Task<StepOutcome> EndAsync(PolicyCursor? after, string? notApplied, params TimedEvent[] behind) => new(
        [
            new(RolloutEvents.Collected(step, null, before.Hash, await storing.ConfigureAwait(false), rows, null), rollout.Sampling),
            new(reward.ToEvent(step, null, run.Recipe.Reward, null), rollout.Scoring),
            .. behind,
        ], after, notApplied);

        if (Degenerate.Find(rows, reward, reference, old) is { } degenerate) return await EndAsync(null, degenerate).ConfigureAwait(false);
        var nextCoefficient = kl.NextCoefficient(run.Recipe.Kl, before.KlCoefficient, logic);
        TimedEvent measured = new(kl.ToEvent(step, null, run.Recipe.Kl.Estimator, before.KlCoefficient, nextCoefficient, null));
        var (numbers, episodes) = StepNumbers.Of(run.Recipe, before.KlCoefficient, rows, reward.Result, old, reference);

        var clock = Stopwatch.StartNew();
        var update = await workers.DoAsync(new UpdatePolicy(step, episodes, logic), ct).ConfigureAwait(false);
        if (update.Update.NonFinite is { } nonFinite) return await EndAsync(null, nonFinite, measured).ConfigureAwait(false);
        var updateTime = clock.Elapsed;
        var after = new PolicyCursor(step, nextCoefficient, update.Policy);
        updated(after);

        var samplerLogProbs = rows.Select(row => row.LogProbs).ToArray();
        var artefact = run.Artefacts.Put(
            StepArtefact.Write(samplerLogProbs, old.LogProbs, reference, old.Values, numbers, update.Update));
        var fact = PolicyEvents.Updated(step, update.LearningRate, update.Update.Minibatches, update.Policy, update.Critic,
            artefact, samplerLogProbs, old, numbers);
        return await EndAsync(after, null, measured, new(fact, updateTime)).ConfigureAwait(false);
    }
}
