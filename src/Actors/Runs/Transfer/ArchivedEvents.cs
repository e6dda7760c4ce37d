using System.Buffers.Binary;
using System.Text;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>
/// The rows of a stream as an archive holds them, one after the other: sequence number, manifest and message, the stored bytes.
/// </summary>
/// <remarks>A row is an int64 and twice an int32 length with so many bytes, all little-endian; the manifest is UTF-8.</remarks>
static class ArchivedEvents
{
    // The catalogue's longest name is far shorter; an event of a step has some ten kilobytes.
    const int LongestManifest = 500, LongestMessage = 256 << 20;

    static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Write(Stream to, JournalRow row)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, row.Sequence);
        to.Write(number);
        foreach (var field in (byte[][])[s_utf8.GetBytes(row.Manifest), row.Message])
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, field.Length);
            to.Write(number[..sizeof(int)]);
            to.Write(field);
        }
    }

    /// <summary>Reads rows as they are asked for.</summary>
    /// <exception cref="InvalidDataException">The bytes are no rows.</exception>
    public static IEnumerable<JournalRow> Read(Stream from)
    {
        var number = new byte[sizeof(long)];
        for (var place = 1L; from.ReadAtLeast(number, number.Length, throwOnEndOfStream: false) is var got and > 0; place++)
        {
            if (got < number.Length) throw CutOff(place);
            var sequence = BinaryPrimitives.ReadInt64LittleEndian(number);
            string manifest;
            try { manifest = s_utf8.GetString(Field(from, number, LongestManifest, place)); }
            catch (DecoderFallbackException) { throw new InvalidDataException($"the manifest of row {place} is not UTF-8"); }
            yield return new JournalRow(0, sequence, manifest, JournalRow.SerializerId, Field(from, number, LongestMessage, place));
        }
    }

    static byte[] Field(Stream from, byte[] number, int longest, long place)
    {
        if (from.ReadAtLeast(number.AsSpan(0, sizeof(int)), sizeof(int), throwOnEndOfStream: false) < sizeof(int)) throw CutOff(place);
        var length = BinaryPrimitives.ReadInt32LittleEndian(number);
        if (length < 0 || length > longest)
            throw new InvalidDataException($"row {place} states a field of {Counted.Of(length, "byte")}; at most {longest} are allowed");
        // A stated length is only believed as far as there are bytes.
        using var field = new MemoryStream();
        const int piece = 1 << 20;
        var buffer = new byte[Math.Min(length, piece)];
        for (var left = length; left > 0;)
        {
            var read = from.Read(buffer, 0, Math.Min(left, buffer.Length));
            if (read == 0) throw CutOff(place);
            field.Write(buffer, 0, read);
            left -= read;
        }
        return field.ToArray();
    }

    static InvalidDataException CutOff(long place) => new($"row {place} is cut off");
}
