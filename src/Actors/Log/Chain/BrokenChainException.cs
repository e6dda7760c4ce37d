namespace ActorRlhf.Actors.Log.Chain;

/// <summary>A stream is not the one that was written: an event is missing, altered, or not linked to the one before.</summary>
/// <param name="stream">Stream id.</param>
/// <param name="sequence">First sequence number at which the chain does not hold.</param>
/// <param name="detail">What was expected and what was found.</param>
public sealed class BrokenChainException(string stream, long sequence, string detail)
    : Exception(
        $"the chain of stream {stream} is broken at sequence {sequence}: {detail}. Audit the stream, and restore the journal from a backup")
{
    /// <summary>Stream id.</summary>
    public string Stream { get; } = stream;
    /// <summary>First sequence number at which the chain does not hold.</summary>
    public long Sequence { get; } = sequence;
    /// <summary>What was expected and what was found.</summary>
    public string Detail { get; } = detail;
}
