namespace ActorRlhf.Actors.Live.Journal;

/// <summary>
/// The answer to a command whose events are not known to be in the journal. The actor has stopped, or has not come to the command in time.
/// </summary>
/// <param name="Stream">Stream id.</param>
/// <param name="Sequence">Sequence number of the first event that was not acknowledged; 0 where the actor has not answered.</param>
/// <param name="Reason">What the journal said, for people.</param>
/// <remarks>No state was advanced. After a time-out the events may still turn out to be stored; the log tells.</remarks>
public sealed record PersistFailed(string Stream, long Sequence, string Reason)
{
    /// <summary>Whether trying again is of no use before a person has done something: the disk is full, read-only or broken.</summary>
    public bool NeedsPerson { get; init; }
}
