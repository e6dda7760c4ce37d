using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Host.Runner;

/// <summary>The evaluator's side of the protocol: reads items, writes what it is and what it says.</summary>
static class RunnerMessages
{
    static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The items of the message <c>score</c>.</summary>
    public static EvaluationItem[] Items(JsonElement message) => [.. message.GetProperty("items").EnumerateArray().Select(Item)];

    /// <summary>Who the evaluator is.</summary>
    public static ReadOnlyMemory<byte> Describe(IEvaluator evaluator) => Line(json =>
    {
        json.WriteString("type", "evaluator");
        json.WriteString("id", evaluator.Id);
        json.WriteString("version", evaluator.Version);
        json.WriteStartArray("needs");
        foreach (var need in WireNames.Each(evaluator.Needs)) json.WriteStringValue(need);
        json.WriteEndArray();
        json.WriteStartObject("metrics");
        foreach (var metric in evaluator.Metrics)
        {
            json.WriteStartObject(metric.Name);
            json.WriteString("direction", WireNames.Of(metric.Direction));
            if (metric.Range is var (least, most))
            {
                json.WriteStartArray("range");
                json.WriteNumberValue(least);
                json.WriteNumberValue(most);
                json.WriteEndArray();
            }
            json.WriteString("description", metric.Description);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    });

    /// <summary>What it says of a batch.</summary>
    public static ReadOnlyMemory<byte> Scores(int batch, IReadOnlyList<ItemResult> results) => Line(json =>
    {
        json.WriteString("type", "scores");
        json.WriteNumber("batch", batch);
        json.WriteStartArray("items");
        foreach (var result in results) Write(json, result);
        json.WriteEndArray();
    });

    static EvaluationItem Item(JsonElement item) => new(
        item.GetProperty("id").GetString()!, item.GetProperty("prompt").GetString()!, item.GetProperty("completion").GetString()!)
    {
        PromptId = Text(item, "promptId"),
        Sample = item.TryGetProperty("sample", out var sample) ? sample.GetInt32() : 0,
        Reference = Text(item, "reference"),
        Slices = item.TryGetProperty("slices", out var slices)
            ? slices.EnumerateObject().ToDictionary(slice => slice.Name, slice => slice.Value.GetString()!)
            : new Dictionary<string, string>(),
        StopReason = Text(item, "stopReason"),
        TokenCount = item.TryGetProperty("tokenCount", out var tokens) ? tokens.GetInt32() : null,
        LogProbs = item.TryGetProperty("logprobs", out var logProbs)
            ? [.. logProbs.EnumerateArray().Select(value => (float)Number(value))]
            : null,
        Scores = item.TryGetProperty("scores", out var scores)
            ? scores.EnumerateObject().ToDictionary(score => score.Name, score => Number(score.Value))
            : null,
        Kl = item.TryGetProperty("kl", out var kl) ? new SequenceKl(Number(kl.GetProperty("k1")), Number(kl.GetProperty("k3"))) : null,
        OtherCompletion = Text(item, "otherCompletion"),
    };

    /// <summary>JSON has no word for what is not finite: it came as null.</summary>
    static double Number(JsonElement value) => value.ValueKind is JsonValueKind.Null ? double.NaN : value.GetDouble();

    static string? Text(JsonElement item, string field) => item.TryGetProperty(field, out var value) ? value.GetString() : null;

    static void Write(Utf8JsonWriter json, ItemResult result)
    {
        json.WriteStartObject();
        json.WriteString("id", result.ItemId);
        if (result is FailedItem failed) json.WriteString("error", failed.Error);
        if (result is ScoredItem scored)
        {
            json.WriteStartObject("scores");
            foreach (var (metric, score) in scored.Scores) Write(json, metric, score);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, string metric, Score score)
    {
        json.WriteStartObject(metric);
        if (score.Value is { } value) json.WriteNumber("value", value);
        else json.WriteNull("value");
        if (score.Extracted is not null) json.WriteString("extracted", score.Extracted);
        if (score.Reason is not null) json.WriteString("reason", score.Reason);
        json.WriteEndObject();
    }

    static ReadOnlyMemory<byte> Line(Action<Utf8JsonWriter> write)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, s_options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        line.Write("\n"u8);
        return line.WrittenMemory;
    }
}
