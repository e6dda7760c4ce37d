namespace ActorRlhf.Actors.Log.Events;

/// <summary>An event to be stored, with the time that the work took which it reports.</summary>
/// <param name="Fact">The event.</param>
/// <param name="Duration">Goes into the envelope, never into the payload; null if nothing was timed.</param>
public readonly record struct TimedEvent(IEvent Fact, TimeSpan? Duration = null);
