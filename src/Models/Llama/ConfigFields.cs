using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorRlhf.Models.Llama;

/// <summary>Reads the keys of a configuration and gathers everything that is wrong with them, so that it can be said at once.</summary>
/// <param name="root">An object.</param>
/// <param name="prefix">Stands before every key in what is reported: the keys above the object, each with a point behind it.</param>
sealed class ConfigFields(JsonElement root, string prefix = "")
{
    static readonly JsonSerializerOptions s_asWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What was wrong so far.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>
    /// An integer key; a missing one is the fallback, or a problem when
    /// there is none. After a problem the result is the least allowed value.
    /// </summary>
    public int Integer(string key, int least, int most, int? fallback = null)
    {
        if (Find(key) is not { } value)
        {
            if (fallback is null) Problems.Add($"'{prefix}{key}' is missing; expected an integer from {least} to {most}");
            return fallback ?? least;
        }
        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
            return number;
        Wrong(key, value, $"an integer from {least} to {most}");
        return least;
    }

    /// <summary>One token id or a list of different ones; a missing key is the fallback. After a problem the result is one id.</summary>
    public IReadOnlyList<int> TokenIds(string key, int vocabulary, params IReadOnlyList<int> fallback)
    {
        if (!root.TryGetProperty(key, out var value)) return fallback;
        JsonElement[] elements = value.ValueKind is JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        var ids = new List<int>();
        foreach (var element in elements)
        {
            if (element.ValueKind is JsonValueKind.Number && element.TryGetInt32(out var id) && id >= 0 && id < vocabulary) ids.Add(id);
        }
        if (ids.Count > 0 && ids.Count == elements.Length) return [.. ids.Distinct()];
        Wrong(key, value, $"an integer from 0 to {vocabulary - 1}, or a list of them");
        return [0];
    }

    /// <summary>A positive finite number.</summary>
    public double Positive(string key, double fallback)
    {
        if (Find(key) is not { } value) return fallback;
        if (value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) && number > 0)
            return number;
        Wrong(key, value, "a positive number");
        return fallback;
    }

    /// <summary>A truth value.</summary>
    public bool Truth(string key, bool fallback)
    {
        if (Find(key) is not { } value) return fallback;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Wrong(key, value, "true or false");
        return fallback;
    }

    /// <summary>Reports a key that is there with anything but one of some texts; the first is the usual one.</summary>
    public void MustBe(string key, params ReadOnlySpan<string> texts)
    {
        if (Find(key) is { } value && (value.ValueKind is not JsonValueKind.String || !texts.Contains(value.GetString())))
            Wrong(key, value, $"\"{texts[0]}\"");
    }

    /// <summary>An integer; null when the key is missing or anything else.</summary>
    public long? WholeNumber(string key) =>
        Find(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    /// <summary>Every key with its value.</summary>
    public IEnumerable<(string Key, JsonElement Value)> All => root.EnumerateObject().Select(entry => (entry.Name, entry.Value));

    /// <summary>A key's value; null when it is missing or null.</summary>
    public JsonElement? Find(string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    /// <summary>Reports a key's value.</summary>
    public void Wrong(string key, JsonElement value, string expected)
    {
        const int most = 80;
        // As it stands in the file, but on one line.
        var text = value.ValueKind is JsonValueKind.Object or JsonValueKind.Array
            ? JsonSerializer.Serialize(value, s_asWritten)
            : value.GetRawText();
        Problems.Add($"'{prefix}{key}' is {(text.Length <= most ? text : text[..most] + "…")}; expected {expected}");
    }
}
