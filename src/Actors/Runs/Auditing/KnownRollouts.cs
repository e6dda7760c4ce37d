using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>The rollouts of both streams so far, and where each was collected.</summary>
/// <remarks>A step that was left out leaves the policy as it was, so the same held-out rollout may belong to two steps.</remarks>
sealed class KnownRollouts
{
    readonly Dictionary<ContentHash, (int Samples, HashSet<(int Step, string? Set)> Places)> _rollouts = [];

    /// <summary>Takes one in.</summary>
    public void Add(RolloutCollected rollout, int samples)
    {
        if (!_rollouts.TryGetValue(rollout.Artefact, out var known)) _rollouts[rollout.Artefact] = known = (samples, []);
        known.Places.Add((rollout.Step, rollout.Set));
    }

    /// <summary>How many samples a rollout has; null for one that was never collected.</summary>
    public int? Samples(ContentHash rollout) => _rollouts.TryGetValue(rollout, out var known) ? known.Samples : null;

    /// <summary>Whether a rollout was collected at a step, for a set.</summary>
    public bool IsAt(ContentHash rollout, int step, string? set) =>
        _rollouts.TryGetValue(rollout, out var known) && known.Places.Contains((step, set));
}
