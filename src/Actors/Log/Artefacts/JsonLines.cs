using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorRlhf.Actors.Log.Artefacts;

/// <summary>Texts as artefacts: JSON lines, UTF-8, <c>\n</c>, camelCase, the same bytes for the same values everywhere.</summary>
/// <remarks>
/// Numbers that JSON lacks are the strings <c>"NaN"</c>, <c>"Infinity"</c> and
/// <c>"-Infinity"</c>: a step that is not applied because of them is recorded with them.
/// </remarks>
public static class JsonLines
{
    static readonly JsonSerializerOptions s_format = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>One line for each row.</summary>
    public static byte[] Write<T>(IEnumerable<T> rows)
    {
        using var bytes = new MemoryStream();
        foreach (var row in rows)
        {
            JsonSerializer.Serialize(bytes, row, s_format);
            bytes.WriteByte((byte)'\n');
        }
        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">A line is something else; the message names it.</exception>
    public static IReadOnlyList<T> Read<T>(ReadOnlyMemory<byte> bytes)
    {
        var rows = new List<T>();
        while (bytes.Length > 0)
        {
            var end = bytes.Span.IndexOf((byte)'\n');
            if (end < 0) throw new JsonException($"line {rows.Count + 1} has no end: the artefact is cut off");
            rows.Add(JsonSerializer.Deserialize<T>(bytes.Span[..end], s_format)
                ?? throw new JsonException($"line {rows.Count + 1} is null"));
            bytes = bytes[(end + 1)..];
        }
        return rows;
    }
}
