namespace ActorRlhf.Actors.Live.Journal;

/// <summary>
/// An actor that recovers reads on; published on the event stream now and then, so that whoever waits for it can tell a long log from a
/// dead journal.
/// </summary>
/// <param name="Stream">Stream id.</param>
/// <param name="Sequence">The last event that was read and verified.</param>
public sealed record StreamProgress(string Stream, long Sequence);
