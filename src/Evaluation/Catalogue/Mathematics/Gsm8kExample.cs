using System.Text.Json;

namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>A question of GSM8K with its worked answer.</summary>
/// <param name="Question">The question.</param>
/// <param name="Answer">The working, ending in <c>#### N</c>.</param>
public sealed record Gsm8kExample(string Question, string Answer)
{
    /// <summary>Reads the lines of a file of GSM8K, as they are published: one JSON object with question and answer in each.</summary>
    /// <param name="lines">The lines; read one by one, as the examples are. Blank ones are passed over.</param>
    /// <exception cref="FormatException">A line holds anything else; thrown when that line is reached.</exception>
    public static IEnumerable<Gsm8kExample> Read(IEnumerable<string> lines) => lines
        .Select((line, index) => (Text: line, Number: index + 1))
        .Where(line => !string.IsNullOrWhiteSpace(line.Text))
        .Select(line => Parse(line.Text, line.Number));

    static Gsm8kExample Parse(string line, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement is { ValueKind: JsonValueKind.Object } root && Text(root, "question") is { } question
                && Text(root, "answer") is { } answer) return new(question, answer);
            throw new FormatException($"line {number} lacks a text \"question\" or \"answer\": give a file of GSM8K in JSON lines.");
        }
        catch (JsonException broken)
        {
            throw new FormatException($"line {number} is no JSON ({broken.Message}): give a file of GSM8K in JSON lines.", broken);
        }
    }

    static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
