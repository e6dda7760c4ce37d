using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Live.Runs;

/// <summary>A run is being worked at: its actor has begun, or goes on after it had come to rest.</summary>
/// <param name="Run">Which.</param>
sealed record RunAtWork(RunId Run);
