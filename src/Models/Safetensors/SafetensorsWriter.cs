using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Models.Safetensors;

/// <summary>
/// Writes safetensors. The bytes depend on the arguments alone: tensors in the given
/// order without gaps, metadata sorted, the header padded with spaces to 8 bytes.
/// </summary>
/// <remarks>
/// Every method throws <see cref="ArgumentException"/> for a name that is used
/// twice, reserved or not writable as UTF-8, and for a header above 16 MiB.
/// </remarks>
static class SafetensorsWriter
{
    static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The whole file as bytes.</summary>
    /// <param name="tensors">In file order.</param>
    /// <param name="metadata">Free-form strings beside the tensors.</param>
    public static byte[] Serialize(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var header = Header(tensors, metadata);
        var bytes = new byte[checked(header.Length + tensors.Sum(tensor => tensor.Length))];
        using var stream = new MemoryStream(bytes);
        Write(stream, header, tensors);
        return bytes;
    }

    /// <summary>The hash of what <see cref="Serialize"/> returns, without holding it.</summary>
    /// <param name="tensors">In file order.</param>
    /// <param name="metadata">Free-form strings beside the tensors.</param>
    /// <returns>SHA-256 in lower-case hexadecimal digits.</returns>
    public static string Sha256(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        WriteHashed(Stream.Null, Header(tensors, metadata), tensors);

    /// <summary>Writes a file that appears whole or not at all; one of that name is replaced.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="tensors">In file order.</param>
    /// <param name="metadata">Free-form strings beside the tensors.</param>
    /// <returns>SHA-256 of the file in lower-case hexadecimal digits.</returns>
    public static string Write(string path, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var header = Header(tensors, metadata);
        var hash = "";
        DurableFile.Write(path, stream => hash = WriteHashed(stream, header, tensors));
        return hash;
    }

    /// <summary>Writes what <see cref="Serialize"/> returns to a stream, however many bytes that is.</summary>
    /// <param name="stream">Gets the bytes from the first to the last.</param>
    /// <param name="tensors">In file order.</param>
    /// <param name="metadata">Free-form strings beside the tensors.</param>
    public static void WriteTo(Stream stream, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        Write(stream, Header(tensors, metadata), tensors);

    static string WriteHashed(Stream stream, byte[] header, IReadOnlyList<NamedTensor> tensors)
    {
        using var sha = SHA256.Create();
        using var hashed = new CryptoStream(stream, sha, CryptoStreamMode.Write, leaveOpen: true);
        Write(hashed, header, tensors);
        hashed.FlushFinalBlock();
        return Convert.ToHexStringLower(sha.Hash!);
    }

    static void Write(Stream stream, byte[] header, IReadOnlyList<NamedTensor> tensors)
    {
        stream.Write(header);
        foreach (var tensor in tensors) tensor.WriteTo(stream);
    }

    static byte[] Header(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        CheckNames(tensors, metadata);
        using var stream = new MemoryStream();
        stream.Write(stackalloc byte[sizeof(ulong)]);
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 }) WriteMetadata(json, metadata);
            var begin = 0L;
            foreach (var tensor in tensors)
            {
                WriteTensor(json, tensor, begin);
                begin = checked(begin + tensor.Length);
            }
            json.WriteEndObject();
        }
        while (stream.Length % sizeof(ulong) != 0) stream.WriteByte((byte)' ');

        var header = stream.ToArray();
        var length = header.Length - sizeof(ulong);
        if (length > SafetensorsHeader.MaxLength)
            throw new ArgumentException(
                $"the header has {length} bytes; at most {SafetensorsHeader.MaxLength} can be read again: write several files");
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)length);
        return header;
    }

    static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    }

    static void WriteTensor(Utf8JsonWriter json, NamedTensor tensor, long begin)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Type.ToString());
        json.WriteStartArray("shape");
        foreach (var size in tensor.Shape) json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(checked(begin + tensor.Length));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void CheckNames(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { SafetensorsHeader.MetadataKey };
        foreach (var tensor in tensors)
            if (!names.Add(tensor.Name))
                throw new ArgumentException(
                    $"the tensor name '{tensor.Name}' is reserved or used twice; give each tensor a name of its own", nameof(tensors));
        // The JSON writer would put U+FFFD in place of a lone surrogate, so that two names could become one.
        foreach (var text in metadata is null ? names : names.Concat(metadata.Keys).Concat(metadata.Values))
        {
            try { s_strict.GetByteCount(text); }
            catch (EncoderFallbackException)
            {
                throw new ArgumentException(
                    $"a name or a metadata text of {text.Length} characters holds a lone surrogate, which UTF-8 cannot write");
            }
        }
    }
}
