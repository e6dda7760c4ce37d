using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>A run that has not come to its end.</summary>
/// <param name="Status">
/// <see cref="RunStatus.Queued"/>, <see cref="RunStatus.Paused"/> or <see cref="RunStatus.Running"/>; a running one was cut off if nobody
/// writes the data directory.
/// </param>
public readonly record struct UnfinishedRun(RunId Run, RunStatus Status);
