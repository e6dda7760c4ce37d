using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>What is logged of a rollout.</summary>
static class RolloutEvents
{
    public static RolloutCollected Collected(
        int step, string? set, ContentHash policy, ContentHash artefact, IReadOnlyList<RolloutRow> rows, StreamHead? source) =>
        new(step, set, policy, artefact,
            new IntegerColumn([.. rows.Select(row => row.TokenIds.Length)]),
            new IntegerColumn([.. rows.Select(row => row.EndedWithEos() ? 0 : 1)]), source);
}
