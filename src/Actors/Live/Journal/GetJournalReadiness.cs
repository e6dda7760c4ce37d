namespace ActorRlhf.Actors.Live.Journal;

/// <summary>Asks <see cref="JournalGuard"/> for a <see cref="JournalReadiness"/>; it answers at once, whatever the journal does.</summary>
public sealed record GetJournalReadiness;
