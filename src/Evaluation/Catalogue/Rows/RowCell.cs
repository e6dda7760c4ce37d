using System.Text.Json;

namespace ActorRlhf.Evaluation.Catalogue.Rows;

/// <summary>A cell of a row, from JSON or from CSV.</summary>
/// <param name="Kind">What it is in JSON; every cell of CSV is a text.</param>
/// <param name="Text">A text, or what stands in the JSON.</param>
/// <param name="MayBeList">Whether <paramref name="Text"/> may be the JSON of a list: an array of JSON, or any cell of CSV.</param>
readonly record struct RowCell(JsonValueKind Kind, string Text, bool MayBeList)
{
    public static RowCell Of(string text) => new(JsonValueKind.String, text, MayBeList: true);

    public static RowCell Of(JsonElement value) =>
        new(value.ValueKind, value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText(),
            value.ValueKind is JsonValueKind.Array);

    /// <summary>The cells of a line of JSON, by column.</summary>
    /// <exception cref="FormatException">It is no JSON object.</exception>
    public static Dictionary<string, RowCell> OfLine(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind is not JsonValueKind.Object) throw new FormatException("it is no JSON object");
            var cells = new Dictionary<string, RowCell>(StringComparer.Ordinal);
            foreach (var one in json.RootElement.EnumerateObject()) cells[one.Name] = Of(one.Value);
            return cells;
        }
        // Half a surrogate pair in an escape is found when the text is taken out.
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new FormatException($"it is no JSON ({broken.Message.TrimEnd('.')})", broken);
        }
    }

    /// <summary>The texts of a JSON array of texts or numbers; null where it is something else.</summary>
    public IReadOnlyList<string>? Texts()
    {
        if (!MayBeList) return null;
        try
        {
            using var json = JsonDocument.Parse(Text);
            return json.RootElement is { ValueKind: JsonValueKind.Array } list
                && list.EnumerateArray().All(one => one.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                ? [.. list.EnumerateArray().Select(one => Of(one).Text)]
                : null;
        }
        // A cell of CSV may hold anything; half a surrogate pair is found when the text is taken out.
        catch (Exception broken) when (broken is JsonException or InvalidOperationException) { return null; }
    }

    /// <summary>A text in quotes, for people; the beginning of a long one.</summary>
    public static string Quoted(string text)
    {
        const int longest = 80;
        return text.Length <= longest ? $"'{text}'" : $"'{text[..longest]}…'";
    }
}
