using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Judging;

/// <summary>A held-out rollout with what every evaluator said of it.</summary>
/// <param name="Rollout">The rollout's own events, it first.</param>
/// <param name="Judged">An event for each evaluator, with the rows of its artefact; null where it failed.</param>
sealed record JudgedRollout(IReadOnlyList<TimedEvent> Rollout, IReadOnlyList<(TimedEvent Event, IReadOnlyList<EvaluationRow>? Rows)> Judged)
{
    /// <summary>All events, in the order in which they are stored.</summary>
    public IReadOnlyList<TimedEvent> Events { get; } = [.. Rollout, .. Judged.Select(one => one.Event)];

    /// <summary>What the artefact of one of the events has, so that nobody reads what was just written; null for any other event.</summary>
    public IReadOnlyList<EvaluationRow>? RowsOf(IEvent fact) => Judged.FirstOrDefault(one => ReferenceEquals(one.Event.Fact, fact)).Rows;
}
