namespace ActorRlhf.Actors.Log.Storage;

/// <summary>The first place where a stream's chain does not hold.</summary>
/// <param name="Stream">Stream id.</param>
/// <param name="Sequence">The first altered, missing or foreign sequence number.</param>
/// <param name="Kind">What happened, as far as the hashes tell.</param>
/// <param name="Detail">What was expected and what was found.</param>
public sealed record ChainFault(string Stream, long Sequence, ChainFaultKind Kind, string Detail);
