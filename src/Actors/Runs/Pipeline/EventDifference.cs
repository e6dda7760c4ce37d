using System.Text.Json;
using System.Text.Json.Nodes;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>Finds where two events differ.</summary>
static class EventDifference
{
    const int MostText = 100;                         // a whole column says less than its beginning

    /// <summary>The first field that differs with both values; null if none does. Two numbers that are not finite do not differ.</summary>
    /// <param name="logged">The event in the log.</param>
    /// <param name="again">The event as it comes out now.</param>
    /// <param name="close">Whether two numbers of a field count as equal, by the field's name; null: only equal ones do.</param>
    public static string? First(IEvent logged, IEvent again, Func<string, double, double, bool>? close = null) =>
        First("", "", Json(logged), Json(again), close ?? ((_, _, _) => false));

    static JsonNode? Json(IEvent fact) => JsonSerializer.SerializeToNode(fact, fact.GetType(), EventJson.Format);

    static string? First(
        string path, string field, JsonNode? logged, JsonNode? again, Func<string, double, double, bool> close) => (logged, again) switch
        {
            (JsonObject a, JsonObject b) =>
                a.Select(item => First($"{path}.{item.Key}", item.Key, item.Value, b[item.Key], close))
                    .FirstOrDefault(found => found is not null),
            (JsonArray a, JsonArray b) when a.Count == b.Count =>
                a.Select((item, i) => First($"{path}[{i}]", field, item, b[i], close)).FirstOrDefault(found => found is not null),
            _ when JsonNode.DeepEquals(logged, again) => null,
            _ when Number(logged) is { } x && Number(again) is { } y && close(field, x, y) => null,
            _ => $"{path.TrimStart('.')} was {Short(logged)} in the log and is {Short(again)} now",
        };

    static string Short(JsonNode? node) => node?.ToJsonString() switch
    {
        null => "null",
        { Length: > MostText } text => $"{text[..MostText]}…",
        var text => text,
    };

    static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;
}
