using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Pipeline;

namespace ActorRlhf.Actors.Live.Runs;

sealed partial class RunActor
{
    /// <summary>A command from outside.</summary>
    /// <param name="Deadline">When it is too late.</param>
    internal sealed record Ordered(RunCommand Command, CancellationToken Deadline);

    /// <summary>Stop, for no command is under way; one that was resumed meanwhile answers <see cref="GoesOn"/>.</summary>
    internal sealed record Close;

    /// <summary>The run was resumed before it could be closed.</summary>
    internal sealed record GoesOn(RunId Run);

    /// <summary>The log has no <c>run.started</c>.</summary>
    /// <param name="IsRefused">Whether the run was told to begin, and cannot.</param>
    internal sealed record NotBegun(bool IsRefused);

    /// <summary>
    /// Finish the piece of work that is under way, save what the next writer would have to do again, and begin nothing else. The run stays
    /// what its log says; the parent gets <see cref="AtRest"/>, or hears of its end.
    /// </summary>
    /// <param name="Reason">Why.</param>
    internal sealed record ComeToRest(string Reason);

    /// <summary>Work again after <see cref="ComeToRest"/>.</summary>
    internal sealed record RiseFromRest;

    /// <summary>The actor was started because the one before stopped, and not because the run was told anything.</summary>
    internal sealed record StartedAgain;

    /// <summary>The run does nothing, and whoever goes on with it executes no step again that it had won back.</summary>
    internal sealed record AtRest(RunId Run);

    sealed record WorkDone(WorkItem Work, WorkResult Result);

    sealed record WorkFailed(WorkItem Work, Exception Reason);

    sealed record Proof(string? Against);

    sealed record Retained(int Count, Exception? Failure, Action Then);

    sealed record ChildUnusable(string Child, Exception Reason);

    sealed class GoOn
    {
        public static readonly GoOn Instance = new();
    }
}
