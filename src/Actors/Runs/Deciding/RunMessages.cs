using System.Collections.Immutable;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Deciding;

/// <summary>What a run can be told. Repeating a command changes nothing.</summary>
public abstract record RunCommand;

/// <summary>Begin.</summary>
/// <param name="Facts">What its <c>run.started</c> says.</param>
/// <param name="Checkpoint">For a fork: the state after the step that it shares with its parent; null before the first step.</param>
public sealed record StartRun(RunStarted Facts, CheckpointSaved? Checkpoint = null) : RunCommand;

/// <summary>A stage is done.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Events">
/// Its events; the last is its <see cref="StageCompleted"/>, the first a <see cref="StageReused"/> where another run had executed it.
/// </param>
public sealed record RecordStage(string Stage, IReadOnlyList<IEvent> Events) : RunCommand;

/// <summary>SFT has come so far.</summary>
/// <param name="Event">The manifest.</param>
public sealed record RecordSftCheckpoint(SftCheckpointed Event) : RunCommand;

/// <summary>A member of the ensemble is trained.</summary>
/// <param name="Event">What is said of it.</param>
public sealed record RecordRewardModel(RewardModelTrained Event) : RunCommand;

/// <summary>A step is done.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Events">
/// Its events; the last is a <see cref="PolicyUpdated"/>, <see cref="StepSkipped"/> or <see cref="StepRolledBack"/>.
/// </param>
public sealed record RecordStep(int Step, IReadOnlyList<IEvent> Events) : RunCommand;

/// <summary>All state was saved.</summary>
/// <param name="Event">The manifest.</param>
/// <param name="Keep">Newest checkpoints to keep; 0 keeps all.</param>
/// <param name="Asked">Why it was saved out of turn; null for one that was due.</param>
public sealed record RecordCheckpoint(CheckpointSaved Event, int Keep, string? Asked = null) : RunCommand;

/// <summary>State was lost and won back.</summary>
/// <param name="Event">What happened.</param>
public sealed record RecordRecovery(RunRecovered Event) : RunCommand;

/// <summary>Executing a step again gave another result.</summary>
/// <param name="Event">What differs.</param>
public sealed record RecordDivergence(RunDiverged Event) : RunCommand;

/// <summary>Wait for a person.</summary>
/// <param name="Reason">Who or what asks.</param>
public sealed record PauseRun(string Reason) : RunCommand;

/// <summary>Go on.</summary>
/// <param name="Reason">Who asks.</param>
/// <param name="Build">A build that is to go on although the run had another; null where nobody accepted one.</param>
public sealed record ResumeRun(string Reason, string? Build = null) : RunCommand
{
    /// <summary>What the recipe says from now on that it did not say before.</summary>
    internal ImmutableArray<RecipeChange> Changes { get; init; } = [];
}

/// <summary>End now.</summary>
/// <param name="Reason">Who asks.</param>
public sealed record StopRun(string Reason) : RunCommand;

/// <summary>An error ends the run.</summary>
/// <param name="Stage">What it was doing.</param>
/// <param name="Reason">The error.</param>
public sealed record FailRun(string Stage, string Reason) : RunCommand;

/// <summary>The last step is done.</summary>
/// <param name="Steps">Steps of the recipe.</param>
public sealed record CompleteRun(int Steps) : RunCommand;

/// <summary>What a command leads to.</summary>
/// <param name="Events">Events to store; none if the command was carried out before.</param>
/// <param name="Rejected">Why it cannot be carried out; null if it can.</param>
public sealed record Decision(IReadOnlyList<IEvent> Events, string? Rejected)
{
    /// <summary>The command was carried out before.</summary>
    public static readonly Decision Nothing = new([], null);

    /// <summary>Events to store.</summary>
    public static Decision Accept(params IReadOnlyList<IEvent> events) => new(events, null);

    /// <summary>It cannot be carried out.</summary>
    public static Decision Reject(string reason) => new([], reason);
}
