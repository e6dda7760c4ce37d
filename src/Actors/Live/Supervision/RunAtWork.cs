using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Live.Supervision;

/// <summary>Somebody works at a run: it has got an actor, or one that was about to close goes on.</summary>
/// <param name="Run">Which.</param>
sealed record RunAtWork(RunId Run);
