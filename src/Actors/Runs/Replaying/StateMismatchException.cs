using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Replaying;

/// <summary>The events of a completed run lead to another state than the one it says it ended in.</summary>
/// <param name="replayed">SHA-256 of the state that the events lead to.</param>
/// <param name="completed">SHA-256 in its <see cref="RunCompleted"/>.</param>
/// <param name="build">The build that began the run.</param>
public sealed class StateMismatchException(RunId run, ContentHash replayed, ContentHash completed, string build)
    : Exception($"the events of run {run} lead to a state with SHA-256 {replayed}, but its run.completed says {completed}. "
        + "Either it was not written by the training program, "
        + $"or this build ({RunFacts.Build}) reads events otherwise than the one that began the run ({build}): replay it with that one")
{
    /// <summary>The run.</summary>
    public RunId Run { get; } = run;
    /// <summary>SHA-256 of the state that the events lead to.</summary>
    public ContentHash Replayed { get; } = replayed;
    /// <summary>SHA-256 in its <see cref="RunCompleted"/>.</summary>
    public ContentHash Completed { get; } = completed;
}
