using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using MessagePack;

namespace ActorRlhf.Actors.Log.Chain;

/// <summary>A SHA-256 digest: the name of an artefact, and the link of a hash chain.</summary>
/// <remarks>
/// The default value is 32 zero bytes. Text form: 64 lower-case hexadecimal digits. MessagePack: a <c>bin</c> of 32 bytes.
/// </remarks>
[MessagePackFormatter(typeof(ContentHashFormatter))]
[JsonConverter(typeof(ContentHashJsonConverter))]
public readonly record struct ContentHash
{
    /// <summary>Number of bytes in a digest.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    readonly ulong _a, _b, _c, _d;

    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">Another number of bytes was given.</exception>
    public ContentHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException(
                FormattableString.Invariant($"a SHA-256 digest has {Size} bytes, not {bytes.Length}"), nameof(bytes));
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>The SHA-256 of <paramref name="content"/>.</summary>
    public static ContentHash Of(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[Size];
        SHA256.HashData(content, digest);
        return new ContentHash(digest);
    }

    /// <summary>Reads 64 lower-case hexadecimal digits.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static ContentHash Parse(string text) => TryParse(text, out var hash)
        ? hash
        : throw new FormatException($"'{text}' is not a SHA-256: expected {2 * Size} lower-case hexadecimal digits");

    /// <summary>Reads 64 lower-case hexadecimal digits; false when the text is anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ContentHash hash)
    {
        hash = default;
        // Upper case is refused: one digest has one spelling, so that texts can be compared as texts.
        if (text.Length != 2 * Size || text.ContainsAnyExcept("0123456789abcdef")) return false;
        hash = new ContentHash(Convert.FromHexString(text));
        return true;
    }

    /// <summary>The 32 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Writes the 32 bytes.</summary>
    /// <param name="bytes">Room for at least 32.</param>
    internal void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _a);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], _d);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToBytes());
}
