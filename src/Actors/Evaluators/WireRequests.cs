using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>Writes what an evaluator is asked: one message, one line.</summary>
static class WireRequests
{
    static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The first message.</summary>
    public static ReadOnlyMemory<byte> Hello { get; } = "{\"type\":\"hello\",\"protocol\":1}\n"u8.ToArray();

    /// <summary>Asks for the scores of items.</summary>
    /// <param name="to">Gets the message with the end of its line.</param>
    /// <param name="batch">Comes back with the scores.</param>
    /// <param name="items">Fields that an item does not have are left out.</param>
    public static void WriteScore(IBufferWriter<byte> to, int batch, IEnumerable<EvaluationItem> items)
    {
        using (var json = new Utf8JsonWriter(to, s_options))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "score"u8);
            json.WriteNumber("batch"u8, batch);
            json.WriteStartArray("items"u8);
            foreach (var item in items) Write(json, item);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        to.Write("\n"u8);
    }

    static void Write(Utf8JsonWriter json, EvaluationItem item)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, item.Id);
        if (item.PromptId is not null) json.WriteString("promptId"u8, item.PromptId);
        json.WriteNumber("sample"u8, item.Sample);
        json.WriteString("prompt"u8, item.Prompt);
        json.WriteString("completion"u8, item.Completion);
        if (item.Reference is not null) json.WriteString("reference"u8, item.Reference);
        json.WriteStartObject("slices"u8);
        foreach (var (name, value) in item.Slices.OrderBy(slice => slice.Key, StringComparer.Ordinal)) json.WriteString(name, value);
        json.WriteEndObject();
        if (item.StopReason is not null) json.WriteString("stopReason"u8, item.StopReason);
        if (item.TokenCount is { } tokens) json.WriteNumber("tokenCount"u8, tokens);
        if (item.LogProbs is not null)
        {
            json.WriteStartArray("logprobs"u8);
            foreach (var value in item.LogProbs) WriteFinite(json, value);
            json.WriteEndArray();
        }
        if (item.Scores is not null)
        {
            json.WriteStartObject("scores"u8);
            foreach (var (name, value) in item.Scores.OrderBy(score => score.Key, StringComparer.Ordinal))
            {
                json.WritePropertyName(name);
                WriteFinite(json, value);
            }
            json.WriteEndObject();
        }
        if (item.Kl is var (k1, k3))
        {
            json.WriteStartObject("kl"u8);
            json.WritePropertyName("k1"u8);
            WriteFinite(json, k1);
            json.WritePropertyName("k3"u8);
            WriteFinite(json, k3);
            json.WriteEndObject();
        }
        if (item.OtherCompletion is not null) json.WriteString("otherCompletion"u8, item.OtherCompletion);
        json.WriteEndObject();
    }

    /// <summary>JSON has no infinities: what a model gave instead of a number is null.</summary>
    static void WriteFinite(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteNullValue();
    }
}
