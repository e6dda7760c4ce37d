namespace ActorRlhf.Actors.Log.Chain;

/// <summary>The hash chain of a stream, by which one printed head vouches for every event before it.</summary>
/// <remarks>
/// <c>hash = SHA-256(tag ‖ stream id ‖ sequence ‖ manifest ‖ envelope ‖ payload ‖ previous hash)</c>. Each of the seven fields is
/// preceded by its length in bytes as a 64-bit little-endian integer. The tag is the ASCII text <c>actorrlhf/1</c>; stream id and
/// manifest are UTF-8; the sequence is a 64-bit little-endian integer (so its length field says 8); the previous hash is 32 bytes.
/// Envelope and payload are the stored bytes.
/// </remarks>
public static class EventChain
{
    /// <summary>First field of every link: names the format.</summary>
    public const string Tag = "actorrlhf/1";

    /// <summary>The hash of the event at <paramref name="sequence"/>, counted from 1.</summary>
    public static ContentHash Hash(
        string stream, long sequence, string manifest, ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> payload, ContentHash previous) =>
        new LengthPrefixed().Text(Tag).Text(stream).Number(sequence).Text(manifest).Bytes(envelope).Bytes(payload).Hash(previous).Sha256();

    /// <summary>The hash that <paramref name="stored"/> would have at a place in a stream.</summary>
    public static ContentHash Hash(string stream, long sequence, StoredEvent stored) =>
        Hash(stream, sequence, stored.Manifest, stored.Envelope, stored.Payload, stored.PreviousHash);

    /// <summary>Checks that an event follows a head, and returns the new head.</summary>
    /// <exception cref="BrokenChainException">It does not.</exception>
    internal static StreamHead Follow(string stream, StreamHead head, long sequence, StoredEvent stored)
    {
        if (sequence != head.Sequence + 1)
            throw new BrokenChainException(stream, head.Sequence + 1, $"the event is missing, the next one there has sequence {sequence}");
        if (stored.PreviousHash != head.Hash)
            throw new BrokenChainException(stream, sequence, $"it names {stored.PreviousHash} as the event before, which has {head.Hash}");
        var hash = Hash(stream, sequence, stored);
        return hash == stored.Hash
            ? new StreamHead(sequence, hash)
            : throw new BrokenChainException(stream, sequence, $"its bytes give {hash}, stored is {stored.Hash}");
    }
}
