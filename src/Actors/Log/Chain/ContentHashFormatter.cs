using System.Buffers;
using MessagePack;
using MessagePack.Formatters;

namespace ActorRlhf.Actors.Log.Chain;

/// <summary>Writes a <see cref="ContentHash"/> as a MessagePack <c>bin</c> of 32 bytes.</summary>
sealed class ContentHashFormatter : IMessagePackFormatter<ContentHash>
{
    public void Serialize(ref MessagePackWriter writer, ContentHash value, MessagePackSerializerOptions options) =>
        writer.Write(value.ToBytes());

    public ContentHash Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        var bytes = reader.ReadBytes();
        if (bytes is not { Length: ContentHash.Size } sequence)
            throw new MessagePackSerializationException($"a hash has {ContentHash.Size} bytes, not {bytes?.Length ?? 0}");
        Span<byte> digest = stackalloc byte[ContentHash.Size];
        sequence.CopyTo(digest);
        return new ContentHash(digest);
    }
}
