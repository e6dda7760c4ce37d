using System.Text.Json;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Host.Cli;

/// <summary>An event's payload in a few words for a table: hashes and texts cut, lists counted.</summary>
static class EventGist
{
    const int MostText = 24, HashDigits = 64, ShownDigits = 10;

    /// <summary>Name and value of each field.</summary>
    /// <param name="payload">An event, or the JSON of one.</param>
    public static string Of(object payload) => string.Join("  ", JsonSerializer.SerializeToElement(payload, EventJson.Format)
        .EnumerateObject()
        .Where(field => field.Value.ValueKind is not JsonValueKind.Null)
        .Select(field => $"{field.Name} {Of(field.Value)}"));

    static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => $"[{value.GetArrayLength()}]",
        JsonValueKind.Object => "{…}",
        JsonValueKind.Number when value.GetDouble() is var number && number != Math.Floor(number) => Display.Figures.Of(number),
        JsonValueKind.String => Short(value.GetString()!),
        _ => value.GetRawText(),
    };

    static string Short(string text) =>
        ContentHashLike(text) ? text[..ShownDigits] : text.Length > MostText ? text[..MostText] + "…" : text;

    static bool ContentHashLike(string text) => text.Length == HashDigits && !text.AsSpan().ContainsAnyExcept("0123456789abcdef");
}
