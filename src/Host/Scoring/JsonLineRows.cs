using System.Text.Json;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Scoring;

/// <summary>Reads JSON lines: an object a line. Blank lines count as lines and are no rows.</summary>
static class JsonLineRows
{
    /// <param name="path">The file, for errors.</param>
    /// <param name="stream">Its text.</param>
    /// <param name="numbers">The column whose lists of numbers are wanted; null for none.</param>
    /// <exception cref="CompletionFileException">The file is one JSON array.</exception>
    public static IEnumerable<FileRow> Read(string path, Stream stream, string? numbers)
    {
        var lines = new ByteLines(path, stream);
        var isFirst = true;
        while (lines.TryRead(out var line))
        {
            if (isFirst && line.Span.TrimStart(" \t"u8).StartsWith("["u8))
                throw new CompletionFileException(path, "it is a JSON array, expected one object a line: jq -c '.[]' makes that of it");
            isFirst = false;
            yield return Row(lines.Number, line, numbers);
        }
    }

    static FileRow Row(long number, ReadOnlyMemory<byte> line, string? numbers)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind is not JsonValueKind.Object)
                return new FileRow(number, [], $"it is a JSON {Word(json.RootElement.ValueKind)}, expected an object");
            var cells = new List<FileCell>();
            foreach (var property in json.RootElement.EnumerateObject()) cells.Add(Cell(property, numbers));
            return new FileRow(number, cells);
        }
        catch (JsonException broken)
        {
            var at = broken.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            var reason = at < 0 ? broken.Message : broken.Message[..at];
            return new FileRow(number, [], FormattableString.Invariant($"it is no JSON, at byte {broken.BytePositionInLine}: {reason}"));
        }
        // A text with half a surrogate pair, or bytes that are no UTF-8: that is seen only when the text is taken out.
        catch (InvalidOperationException) { return new FileRow(number, [], "a text in it is no Unicode: write it as UTF-8"); }
    }

    static FileCell Cell(JsonProperty property, string? numbers) => property.Value.ValueKind switch
    {
        JsonValueKind.Null => new FileCell(property.Name, CellKind.None),
        JsonValueKind.String => new FileCell(property.Name, CellKind.Text, property.Value.GetString()!),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False =>
            new FileCell(property.Name, CellKind.Plain, property.Value.GetRawText()),
        JsonValueKind.Array when numbers is not null && property.NameEquals(numbers)
            && property.Value.EnumerateArray().All(one => one.ValueKind is JsonValueKind.Number) =>
            new FileCell(property.Name, CellKind.Numbers, Numbers: [.. property.Value.EnumerateArray().Select(one => one.GetSingle())]),
        _ => new FileCell(property.Name, CellKind.Other),
    };

    static string Word(JsonValueKind kind) => kind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
