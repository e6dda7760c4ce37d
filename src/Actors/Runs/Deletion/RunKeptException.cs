using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Runs.Deletion;

/// <summary>A run cannot be deleted as it is.</summary>
/// <param name="why">What keeps it, and what to do about it.</param>
public sealed class RunKeptException(RunId run, string why) : Exception($"run {run} is not deleted: {why}")
{
    /// <summary>The run.</summary>
    public RunId Run { get; } = run;
}
