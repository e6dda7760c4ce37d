using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ActorRlhf.Actors.Artefacts;

namespace ActorRlhf.Actors.Journal;

/// <summary>Bytes to be hashed: every field with its length in front, 8 bytes little-endian, so that no two lists of fields look alike.</summary>
sealed class LengthPrefixed
{
    readonly ArrayBufferWriter<byte> _buffer = new(512);

    internal LengthPrefixed Text(string field) => Bytes(Encoding.UTF8.GetBytes(field));

    /// <summary>A number as a field of 8 bytes, little-endian.</summary>
    internal LengthPrefixed Number(long field)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, field);
        return Bytes(bytes);
    }

    internal LengthPrefixed Hash(ContentHash field) => Bytes(field.ToBytes());

    internal LengthPrefixed Bytes(ReadOnlySpan<byte> field)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(sizeof(long)), field.Length);
        _buffer.Advance(sizeof(long));
        _buffer.Write(field);
        return this;
    }

    internal ContentHash Sha256() => ContentHash.Of(_buffer.WrittenSpan);
}
