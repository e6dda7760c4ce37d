using System.Text.Json;

namespace ActorRlhf.Evaluation.Catalogue.MultipleChoice;

/// <summary>A cell of a row, from JSON or from CSV.</summary>
/// <param name="Kind">What it is in JSON; every cell of CSV is a text.</param>
/// <param name="Text">A text, or what stands in the JSON.</param>
readonly record struct ChoiceCell(JsonValueKind Kind, string Text)
{
    public static ChoiceCell Of(string text) => new(JsonValueKind.String, text);

    public static ChoiceCell Of(JsonElement value) =>
        new(value.ValueKind, value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText());
}
