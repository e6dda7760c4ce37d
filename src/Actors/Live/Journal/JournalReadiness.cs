namespace ActorRlhf.Actors.Live.Journal;

/// <summary>
/// Whether the journal answers. Published on the event stream when it changes, and the answer to <see cref="GetJournalReadiness"/>.
/// </summary>
/// <param name="Ready">Whether the last heartbeat was stored in time.</param>
/// <param name="Reason">Why not; null when ready.</param>
/// <param name="Since">When this became so, UTC.</param>
public sealed record JournalReadiness(bool Ready, string? Reason, DateTimeOffset Since);
