using System.Text.Json;

namespace ActorRlhf.Models.Llama;

/// <summary>Reads the keys of a configuration and gathers everything that is wrong with them, so that it can be said at once.</summary>
sealed class ConfigFields(JsonElement root)
{
    /// <summary>What was wrong so far.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>An integer key; a missing one is the fallback, or a problem when there is none. After a problem the result is the least allowed value.</summary>
    public int Integer(string key, int least, int most, int? fallback = null)
    {
        if (Find(key) is not { } value)
        {
            if (fallback is null) Problems.Add($"'{key}' is missing; expected an integer from {least} to {most}");
            return fallback ?? least;
        }
        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most) return number;
        Wrong(key, value, $"an integer from {least} to {most}");
        return least;
    }

    /// <summary>A positive finite number.</summary>
    public double Positive(string key, double fallback)
    {
        if (Find(key) is not { } value) return fallback;
        if (value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) && number > 0) return number;
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

    /// <summary>Reports a key that is there with anything but one text.</summary>
    public void MustBe(string key, string text, bool required = false)
    {
        if (Find(key) is { } value)
        {
            if (value.ValueKind is not JsonValueKind.String || value.GetString() != text) Wrong(key, value, $"\"{text}\"");
        }
        else if (required) Problems.Add($"'{key}' is missing; expected \"{text}\"");
    }

    /// <summary>A key's value; null when it is missing or null.</summary>
    public JsonElement? Find(string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    /// <summary>Reports a key's value.</summary>
    public void Wrong(string key, JsonElement value, string expected)
    {
        const int most = 80;
        var text = value.GetRawText();
        Problems.Add($"'{key}' is {(text.Length <= most ? text : text[..most] + "…")}; expected {expected}");
    }
}
