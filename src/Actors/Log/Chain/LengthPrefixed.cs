using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ActorRlhf.Actors.Log.Chain;

/// <summary>
/// Bytes to be hashed: every field with its length in front, 8 bytes little-endian, so that no two lists of fields look alike.
/// </summary>
/// <remarks>Used up by <see cref="Sha256"/>.</remarks>
sealed class LengthPrefixed
{
    // A replay hashes a million events one after the other; a buffer that grows anew for each costs more than the hashing.
    [ThreadStatic] static ArrayBufferWriter<byte>? s_spare;
    readonly ArrayBufferWriter<byte> _buffer;

    internal LengthPrefixed() => (_buffer, s_spare) = (s_spare ?? new ArrayBufferWriter<byte>(512), null);

    internal LengthPrefixed Text(string field)
    {
        Encoding.UTF8.GetBytes(field, Field(Encoding.UTF8.GetByteCount(field)));
        return this;
    }

    /// <summary>A number as a field of 8 bytes, little-endian.</summary>
    internal LengthPrefixed Number(long field)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Field(sizeof(long)), field);
        return this;
    }

    internal LengthPrefixed Hash(ContentHash field)
    {
        field.CopyTo(Field(ContentHash.Size));
        return this;
    }

    internal LengthPrefixed Bytes(ReadOnlySpan<byte> field)
    {
        field.CopyTo(Field(field.Length));
        return this;
    }

    internal ContentHash Sha256()
    {
        var hash = ContentHash.Of(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
        s_spare = _buffer;
        return hash;
    }

    /// <summary>Room for a field, behind its length.</summary>
    Span<byte> Field(int length)
    {
        var room = _buffer.GetSpan(sizeof(long) + length)[..(sizeof(long) + length)];
        BinaryPrimitives.WriteInt64LittleEndian(room, length);
        _buffer.Advance(room.Length);
        return room[sizeof(long)..];
    }
}
