using MessagePack;

namespace ActorRlhf.Actors.Log.Chain;

/// <summary>What the events of a stream come to, up to one of them: a short cut past them, which can be thrown away.</summary>
/// <remarks>
/// Stored beside the journal as the MessagePack array of its six fields; <see cref="Kind"/> is in a column of its own. It is not part of
/// the chain and vouches for nothing: it is used only where the chain still has <see cref="Head"/>.
/// </remarks>
/// <param name="Kind">
/// Begins with <see cref="KindPrefix"/>: name and version of what <paramref name="State"/> is: the form of its bytes and how it is folded.
/// </param>
/// <param name="Stream">Stream id.</param>
/// <param name="Head">The last event that it knows.</param>
/// <param name="Trajectory">Digest of the trajectory events up to there.</param>
/// <param name="State">MessagePack of the state.</param>
public sealed record StreamSnapshot(string Kind, string Stream, StreamHead Head, ContentHash Trajectory, byte[] State)
{
    /// <summary>How every kind begins, by which a snapshot is told from an event.</summary>
    public const string KindPrefix = "snapshot.";

    const string Tag = "actorrlhf-snapshot/1";

    /// <summary>Whether a manifest is that of a snapshot.</summary>
    public static bool IsKind(string manifest) => manifest.StartsWith(KindPrefix, StringComparison.Ordinal);

    /// <summary>The bytes of the snapshot column: the fields, and a digest by which damage is found.</summary>
    public byte[] ToBytes() =>
        MessagePackSerializer.Serialize(new Wire(Stream, Head.Sequence, Head.Hash, Trajectory, State, Digest()), LogFormat.Options);

    /// <summary>Reads what <see cref="ToBytes"/> wrote; null for anything else.</summary>
    public static StreamSnapshot? TryParse(string kind, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var wire = MessagePackSerializer.Deserialize<Wire>(bytes, LogFormat.Options);
            if (wire is not { Stream: not null, State: not null }) return null;
            var read = new StreamSnapshot(kind, wire.Stream, new StreamHead(wire.Sequence, wire.Hash), wire.Trajectory, wire.State);
            return read.Digest() == wire.Digest ? read : null;
        }
        catch (MessagePackSerializationException) { return null; } // the stream itself tells the same, only later
    }

    ContentHash Digest() => new LengthPrefixed()
        .Text(Tag).Text(Kind).Text(Stream).Number(Head.Sequence).Hash(Head.Hash).Hash(Trajectory).Bytes(State).Sha256();

    /// <summary>The stored form.</summary>
    [MessagePackObject]
    public sealed record Wire(
        [property: Key(0)] string Stream, [property: Key(1)] long Sequence, [property: Key(2)] ContentHash Hash,
        [property: Key(3)] ContentHash Trajectory, [property: Key(4)] byte[] State, [property: Key(5)] ContentHash Digest);
}
