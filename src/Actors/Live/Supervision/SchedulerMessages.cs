using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Live.Supervision;

/// <summary>Put a run into the queue. The reply, <see cref="Submitted"/> or <c>Rejected</c>, comes when the log has it.</summary>
/// <param name="Wanted">The run.</param>
/// <param name="By">The person or token that asks.</param>
/// <param name="Priority">Of two runs that wait, the one with the higher number begins first.</param>
public sealed record SubmitRun(BeginRun Wanted, string By, int Priority);

/// <summary>The run waits, or has begun already.</summary>
/// <param name="Run">As the log had it when it was queued.</param>
public sealed record Submitted(RunRecord Run)
{
    /// <summary>Bytes that it is expected to take.</summary>
    internal long Memory { get; init; }
}

/// <summary>
/// Delete a run at which nobody works. The reply is a <c>DeletionResult</c>, or <c>Rejected</c> where it is kept.
/// </summary>
/// <param name="Run">Which.</param>
/// <param name="Force">Also one that has not ended, or whose log is damaged.</param>
/// <param name="Reason">Why; it is kept.</param>
/// <param name="By">The person or token that asks.</param>
public sealed record DeleteRun(RunId Run, bool Force, string Reason, string By);

/// <summary>Forget a run at which nobody works, and close its streams. The reply is <c>EvaluationsClosed</c>, or <c>Rejected</c>.</summary>
/// <param name="Run">Which.</param>
sealed record LetGo(RunId Run);

/// <summary>Ask which runs this host works at; the reply is a <see cref="Schedule"/>.</summary>
public sealed record GetSchedule;

/// <summary>What a host works at, and in which order it goes on.</summary>
/// <param name="Most">Most runs at once.</param>
/// <param name="Active">Those that somebody works at.</param>
/// <param name="Waiting">Those that come next, in their order.</param>
/// <param name="Held">Those that cannot go on, and why; a command lets each be tried again.</param>
/// <param name="Rest">Why all of them rest; null where they do not.</param>
/// <param name="Closed">Why none begins; null where the next one does as soon as there is a place.</param>
/// <param name="Short">Why the first of those that wait does not begin although there is a place; null where nothing is short.</param>
public sealed record Schedule(
    int Most, IReadOnlyList<RunId> Active, IReadOnlyList<RunId> Waiting, IReadOnlyDictionary<RunId, string> Held, string? Rest = null,
    string? Closed = null, string? Short = null);

/// <summary>
/// Let every run come to rest behind the piece of work that is under way, with a checkpoint, and begin none; the reply,
/// <see cref="RunsAtRest"/>, comes when nobody works any more. No log says more of it than that a checkpoint was asked for.
/// </summary>
/// <param name="Reason">Why, for people.</param>
/// <param name="ForGood">Whether the host ends: then nothing lets them go on.</param>
public sealed record RestRuns(string Reason, bool ForGood);

/// <summary>Nobody works.</summary>
public sealed record RunsAtRest;

/// <summary>Let the runs go on that came to rest, unless it was for good.</summary>
public sealed record RaiseRuns;

/// <summary>Say whether runs may begin or be gone on with; those that are under way go on.</summary>
/// <param name="Reason">Why none may; null where they may.</param>
public sealed record CloseQueue(string? Reason);

/// <summary>The log of a run at which nobody works has got a command.</summary>
/// <param name="Run">As the log has it now.</param>
sealed record Recorded(RunRecord Run)
{
    /// <summary>The reply to whoever gave it.</summary>
    public RunView View => new(Run.Id, Run.State, Run.Head, Run.Trajectory);
}
