using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>A new run was to have the id of another one.</summary>
public sealed class RunIdTakenException(RunId run) : Exception($"there is or was a run {run}; a new one needs an id of its own");
