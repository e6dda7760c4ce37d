using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>Keeps a run's evaluation stream: what was sampled from its policy on held-out prompts, and what evaluators say of it.</summary>
public interface IHeldoutEvaluations
{
    /// <summary>The evaluation after a step; null if there is none yet.</summary>
    Task<HeldoutPoint?> FindAsync(int step, CancellationToken ct);

    /// <summary>Lets every evaluator judge a rollout and stores all of it; a step that was evaluated before is answered at once.</summary>
    Task<HeldoutPoint> RecordAsync(HeldoutRollout rollout, CancellationToken ct);
}

/// <summary>A held-out rollout with its scores and its KL.</summary>
/// <param name="Step">Steps behind the policy.</param>
/// <param name="Events">Its three events: <c>rollout.collected</c>, <c>reward.scored</c>, <c>kl.measured</c>.</param>
public sealed record HeldoutRollout(int Step, IReadOnlyList<TimedEvent> Events);
