using System.Text.Json;
using System.Text.Unicode;

namespace ActorRlhf.Models.Files;

/// <summary>Reads JSON from files that we did not write: one meaning or an error.</summary>
public static class StrictJson
{
    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Parses one object.</summary>
    /// <param name="utf8">The whole text, UTF-8; it may begin with a byte order mark.</param>
    /// <param name="maxDepth">Most levels of nesting, the object itself included.</param>
    /// <returns>A document whose root is an object and whose strings can all be read.</returns>
    /// <exception cref="JsonException">Not JSON, not an object, not UTF-8, a key twice, nested too deep, or a lone surrogate in a string.</exception>
    public static JsonDocument ParseObject(ReadOnlyMemory<byte> utf8, int maxDepth)
    {
        if (utf8.Span.StartsWith(ByteOrderMark)) utf8 = utf8[ByteOrderMark.Length..];
        if (utf8.Span is not [(byte)'{', ..] && FileSignature.Describe(utf8.Span) is { } format) throw new JsonException($"it looks like {format}");
        if (!Utf8.IsValid(utf8.Span)) throw new JsonException("the text is not valid UTF-8");
        RefuseLoneSurrogates(utf8.Span, maxDepth);
        var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
        if (document.RootElement.ValueKind is JsonValueKind.Object) return document;
        document.Dispose();
        throw new JsonException("the text is not a JSON object");
    }

    // An escape such as "\ud800" is legal JSON but no text: .NET finds it only when the string is read, with another exception.
    static void RefuseLoneSurrogates(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            if (!reader.ValueIsEscaped) continue;
            try { reader.GetString(); }
            catch (InvalidOperationException)
            {
                throw new JsonException($"the string at byte {reader.TokenStartIndex} holds a lone surrogate");
            }
        }
    }
}
