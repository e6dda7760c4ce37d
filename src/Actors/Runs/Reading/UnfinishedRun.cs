using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>A run that has not come to its end.</summary>
/// <param name="Paused">Whether it waits for a person; otherwise it goes on, or was cut off if nobody writes the data directory.</param>
public readonly record struct UnfinishedRun(RunId Run, bool Paused);
