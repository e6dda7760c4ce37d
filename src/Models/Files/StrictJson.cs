using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace ActorRlhf.Models.Files;

/// <summary>Reads JSON from files that we did not write: one meaning or an error in our own words.</summary>
static class StrictJson
{
    /// <summary>Parses one object.</summary>
    /// <param name="utf8">The whole text, UTF-8; it may begin with a byte order mark.</param>
    /// <param name="maxDepth">Most levels of nesting, the object itself included.</param>
    /// <returns>A document whose root is an object and whose strings can all be read.</returns>
    /// <exception cref="NotJsonException">
    /// Not JSON, not an object, not UTF-8, a key twice, nested too deep, or a lone surrogate in a string.
    /// </exception>
    public static JsonDocument ParseObject(ReadOnlyMemory<byte> utf8, int maxDepth)
    {
        utf8 = utf8[^FileSignature.WithoutByteOrderMark(utf8.Span).Length..];
        Check(utf8.Span, maxDepth);
        try { return JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false }); }
        catch (JsonException) { throw Twice(utf8.Span); } // nothing else is left
    }

    static void Check(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        var begun = utf8.TrimStart(" \t\r\n"u8);
        if (FileSignature.Recognise(begun.IsEmpty ? utf8 : begun) is { } format && format != FileSignature.Json)
            throw new NotJsonException($"this is {format.Name}", format.NextStep);
        if (!Utf8.IsValid(utf8)) throw Wrong(utf8, FirstInvalid(utf8), "the text is not valid UTF-8");
        if (begun is [(byte)'[', ..]) throw new NotJsonException("this is a JSON array");

        // More may follow, for all that the reader knows: so it tells a text that breaks off from one that is wrong.
        var reader = new Utf8JsonReader(utf8, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = int.MaxValue }));
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= maxDepth)
                    throw Wrong(utf8, reader.TokenStartIndex, $"more than {maxDepth} levels of brackets");
                if (reader.ValueIsEscaped) RefuseLoneSurrogate(utf8, reader);
            }
        }
        catch (JsonException wrong)
        {
            var place = Index(utf8, wrong);
            throw Wrong(utf8, place, $"'{Excerpt(utf8[(int)place..])}' cannot stand there in JSON");
        }
        if (reader.TokenType is JsonTokenType.None) throw new NotJsonException("there is no '{' at the beginning");
        if (reader.TokenType is not JsonTokenType.EndObject || reader.CurrentDepth > 0)
            throw Wrong(utf8, utf8.Length, "the JSON breaks off");
    }

    // An escape such as "\ud800" is legal JSON but no text: .NET finds it only when the string is read, with another exception.
    static void RefuseLoneSurrogate(ReadOnlySpan<byte> utf8, Utf8JsonReader reader)
    {
        try { reader.GetString(); }
        catch (InvalidOperationException) { throw Wrong(utf8, reader.TokenStartIndex, "the string holds a lone surrogate"); }
    }

    static NotJsonException Twice(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var objects = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartObject) objects.Push(new(StringComparer.Ordinal));
            else if (reader.TokenType is JsonTokenType.EndObject) objects.Pop();
            else if (reader.TokenType is JsonTokenType.PropertyName && reader.GetString()! is var key && !objects.Peek().Add(key))
                return Wrong(utf8, reader.TokenStartIndex, $"the key '{key}' is there for the second time");
        }
        throw new InvalidOperationException("a text that JsonDocument refuses has no key twice");
    }

    /// <summary>What is wrong at a byte: with the line where the text has several.</summary>
    static NotJsonException Wrong(ReadOnlySpan<byte> utf8, long index, string what)
    {
        var before = utf8[..(int)index];
        var line = utf8.Contains((byte)'\n') ? $"line {1 + before.Count((byte)'\n')}, " : "";
        return new NotJsonException($"{line}byte {index - before.LastIndexOf((byte)'\n')}: {what}");
    }

    static long Index(ReadOnlySpan<byte> utf8, JsonException wrong)
    {
        var start = 0;
        for (var line = wrong.LineNumber ?? 0; line > 0; line--) start += utf8[start..].IndexOf((byte)'\n') + 1;
        return Math.Min(start + (wrong.BytePositionInLine ?? 0), utf8.Length);
    }

    static int FirstInvalid(ReadOnlySpan<byte> utf8)
    {
        var index = 0;
        while (Rune.DecodeFromUtf8(utf8[index..], out _, out var length) is System.Buffers.OperationStatus.Done) index += length;
        return index;
    }

    static string Excerpt(ReadOnlySpan<byte> utf8)
    {
        const int most = 20;
        var text = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 4 * most)]).Split('\n', '\r')[0];
        return text.Length <= most ? text : text[..most] + "…";
    }
}
