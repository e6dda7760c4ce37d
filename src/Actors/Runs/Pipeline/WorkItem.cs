using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>One piece of a run's work: what it is called, and what doing it gives.</summary>
/// <param name="Name">For people and for counting failures: <c>sft</c>, <c>step 17</c>.</param>
/// <param name="Do">Does it.</param>
sealed record WorkItem(string Name, Func<CancellationToken, Task<WorkResult>> Do);

/// <summary>What a piece of work gave: something to record, and what holds once it is recorded.</summary>
/// <param name="Command">The command to decide on; null if there is nothing to record.</param>
/// <param name="Events">The same events with their durations.</param>
/// <param name="Then">Runs when all is stored.</param>
/// <param name="Announcement">For whoever looks on, once all is stored; null for nothing.</param>
sealed record WorkResult(RunCommand? Command, IReadOnlyList<TimedEvent> Events, Action Then, RunNews? Announcement = null)
{
    /// <summary>For how long nobody computed before it, because what came before was being stored.</summary>
    public TimeSpan Idle { get; init; }

    /// <summary>An alarm of which nobody has been told yet; null for none.</summary>
    public MismatchDetected? Alarm { get; init; }

    /// <summary>What the run is told when all is stored; null for nothing.</summary>
    public RunCommand? Next { get; init; }

    /// <summary>Nothing to record.</summary>
    public static WorkResult Of(Action then, RunNews? announcement = null) => new(null, [], then, announcement);
}
