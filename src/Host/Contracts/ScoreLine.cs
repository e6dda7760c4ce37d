using System.Text.Json;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Host.Contracts;

/// <summary>
/// What an evaluator says of one item, as <c>evaluate --file</c> prints it: <c>index</c>, the item's place from 0, and <c>scores</c> by
/// metric or, where it failed, <c>error</c>.
/// </summary>
/// <remarks>Written by hand: there is one for each line of a large file.</remarks>
static class ScoreLine
{
    /// <summary>Writes the object of a result.</summary>
    public static void Write(Utf8JsonWriter json, int index, ItemResult result)
    {
        json.WriteStartObject();
        json.WriteNumber("index"u8, index);
        switch (result)
        {
            case ScoredItem scored:
                json.WriteStartObject("scores"u8);
                foreach (var (metric, score) in scored.Scores) Write(json, metric, score);
                json.WriteEndObject();
                break;
            case FailedItem failed:
                json.WriteString("error"u8, failed.Error);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(result), result, "a scored or a failed item");
        }
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, string metric, Score score)
    {
        json.WriteStartObject(metric);
        if (score.Value is { } value) json.WriteNumber("value"u8, value);
        else json.WriteNull("value"u8);
        json.WriteString("extracted"u8, score.Extracted);
        json.WriteString("reason"u8, score.Reason);
        json.WriteEndObject();
    }
}
