using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Actors.Live.Journal;

/// <summary>Told to the parent when an actor could not be recovered from its stream; the actor has stopped.</summary>
/// <param name="Stream">Stream id.</param>
/// <param name="Cause">
/// Among others <see cref="BrokenChainException"/>, <see cref="UnknownEventException"/>, <see cref="UnreadableEventException"/>,
/// <see cref="UnreadableStreamException"/>; what the journal said itself, where it was busy or its disk is at fault.
/// </param>
public sealed record StreamRecoveryFailed(string Stream, Exception Cause);
