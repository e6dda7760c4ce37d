using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ActorRlhf.Actors.Evaluators.Judges;

/// <summary>Reads the one JSON object in what a model said; a code fence and words around it are passed over.</summary>
public static class JudgeAnswer
{
    const int MostBytes = 32 << 10, MostDepth = 16, Shown = 500;

    /// <summary>The score in it.</summary>
    /// <returns>The number, and as it was written.</returns>
    /// <exception cref="JudgeFailureException">There is no such object, or more than one, or the score is not on the scale.</exception>
    public static (double Value, string Text) Score(string answer, double least, double most)
    {
        using var verdict = Verdict(answer);
        var score = verdict.RootElement.TryGetProperty("score", out var found) ? found : default;
        if (score.ValueKind is not JsonValueKind.Number || !score.TryGetDouble(out var value) || !(value >= least && value <= most))
            throw Other(answer, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most} as its score"));
        return (value, score.GetRawText());
    }

    /// <summary>Which is better: <c>A</c>, <c>B</c> or <c>tie</c>.</summary>
    /// <exception cref="JudgeFailureException">There is no such object, or more than one, or it says something else.</exception>
    public static string Better(string answer)
    {
        using var verdict = Verdict(answer);
        string? better = null;
        try
        {
            if (verdict.RootElement.TryGetProperty("better", out var found) && found.ValueKind is JsonValueKind.String)
                better = found.GetString();
        }
        catch (InvalidOperationException) { } // half a character is no text
        return better is "A" or "B" or "tie"
            ? better
            : throw Other(answer, "\"A\", \"B\" or \"tie\" as its better");
    }

    /// <summary>The beginning of a text, no longer than a number of characters, with a mark where it goes on.</summary>
    public static string Shortened(string text, int most = Shown) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] + "…";

    static JsonDocument Verdict(string answer)
    {
        var bytes = Encoding.UTF8.GetBytes(answer);
        if (bytes.Length > MostBytes) throw Other(answer, $"at most {MostBytes} bytes");
        JsonDocument? verdict = null;
        for (var at = 0; at < bytes.Length; at++)
        {
            if (bytes[at] != '{' || Length(bytes.AsSpan(at)) is not { } length) continue;
            if (verdict is not null)
            {
                verdict.Dispose();
                throw Other(answer, "one JSON object, not two");
            }
            verdict = Parse(answer, bytes.AsMemory(at, length));
            at += length - 1;
        }
        if (verdict is null) throw Other(answer, "a JSON object");
        if (verdict.RootElement.TryGetProperty("why", out var why) && why.ValueKind is JsonValueKind.String) return verdict;
        verdict.Dispose();
        throw Other(answer, "a text as its why");
    }

    /// <summary>Bytes of the object that begins here; null if none does.</summary>
    static int? Length(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MostDepth });
        try
        {
            reader.Read();
            reader.Skip();
            return (int)reader.BytesConsumed;
        }
        catch (JsonException) { return null; }
    }

    static JsonDocument Parse(string answer, ReadOnlyMemory<byte> json)
    {
        try { return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MostDepth, AllowDuplicateProperties = false }); }
        catch (JsonException) { throw Other(answer, "a JSON object with each name once"); }
    }

    static JudgeFailureException Other(string answer, string expected) =>
        new(JudgeFailure.Answer, $"the model said '{Shortened(answer)}', expected {expected}");
}
