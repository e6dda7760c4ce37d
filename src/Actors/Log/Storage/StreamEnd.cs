namespace ActorRlhf.Actors.Log.Storage;

/// <summary>The last row of a stream; where it is another one, the stream has grown, or another one has come under its id.</summary>
/// <param name="Sequence">Its sequence number; 0 where there is none.</param>
/// <param name="Ordering">Its place among all rows of the journal, which no other row ever has.</param>
public readonly record struct StreamEnd(long Sequence, long Ordering);
