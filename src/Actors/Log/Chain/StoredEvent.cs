using System.Buffers;
using MessagePack;

namespace ActorRlhf.Actors.Log.Chain;

/// <summary>One event as it lies in the journal: serialised once, hashed, and never serialised again.</summary>
/// <param name="Manifest">Name and version, a column of its own in the database.</param>
/// <param name="Envelope">MessagePack of the <see cref="EventEnvelope"/>.</param>
/// <param name="Payload">MessagePack of the <c>IEvent</c>.</param>
/// <param name="PreviousHash">Hash of the event before; zero for the first, the parent's hash for the first of a fork.</param>
/// <param name="Hash">See <see cref="EventChain"/>.</param>
/// <remarks>The stored message is the MessagePack array <c>[envelope, payload, previousHash, hash]</c> of four <c>bin</c>.</remarks>
public sealed record StoredEvent(string Manifest, byte[] Envelope, byte[] Payload, ContentHash PreviousHash, ContentHash Hash)
{
    const int Fields = 4;

    /// <summary>Bytes of envelope and payload.</summary>
    public int Size => Envelope.Length + Payload.Length;

    /// <summary>The bytes of the journal's message column.</summary>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(Envelope.Length + Payload.Length + 2 * ContentHash.Size + 16);
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(Fields);
        writer.Write(Envelope);
        writer.Write(Payload);
        writer.Write(PreviousHash.ToBytes());
        writer.Write(Hash.ToBytes());
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote, and nothing else.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException">The bytes are something else, or longer.</exception>
    public static StoredEvent Parse(string manifest, ReadOnlyMemory<byte> message)
    {
        var reader = new MessagePackReader(message);
        try
        {
            if (reader.ReadArrayHeader() is var fields && fields != Fields)
                throw new MessagePackSerializationException($"a stored event has {Fields} fields, not {fields}");
            var stored = new StoredEvent(manifest, Bytes(ref reader), Bytes(ref reader), Hash32(ref reader), Hash32(ref reader));
            return reader.End
                ? stored
                : throw new MessagePackSerializationException($"{message.Length - reader.Consumed} bytes follow the stored event");
        }
        catch (Exception torn) when (torn is EndOfStreamException or ArgumentException)
        {
            throw new MessagePackSerializationException("the stored event is cut off or damaged", torn);
        }
    }

    static byte[] Bytes(ref MessagePackReader reader) => Field(ref reader).ToArray();

    static ContentHash Hash32(ref MessagePackReader reader) => new(Field(ref reader));

    // The message is one piece of memory, so each of its fields is.
    static ReadOnlySpan<byte> Field(ref MessagePackReader reader) =>
        reader.ReadBytes() is { } field ? field.FirstSpan : throw new MessagePackSerializationException("a field of a stored event is nil");
}
