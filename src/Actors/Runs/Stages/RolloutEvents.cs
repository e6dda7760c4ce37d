using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Rollouts;

namespace ActorRlhf.Actors.Runs.Stages;

/// <summary>What is logged of a rollout.</summary>
static class RolloutEvents
{
    public static RolloutCollected Collected(int step, string? set, ContentHash policy, ContentHash artefact, IReadOnlyList<RolloutRow> rows, StreamHead? source) => new(
        step, set, policy, artefact,
        new IntegerColumn([.. rows.Select(row => row.TokenIds.Length)]), new IntegerColumn([.. rows.Select(row => row.EndedWithEos() ? 0 : 1)]), source);
}
