using System.Text.Json;
using System.Text.Json.Nodes;
using ActorRlhf.Actors.Journal;

namespace ActorRlhf.Actors.Runs;

/// <summary>The first place where a step that was executed again differs from the log.</summary>
/// <param name="Index">The event's place in the step.</param>
/// <param name="Event">Manifest of the event.</param>
/// <param name="What">The field and both values.</param>
sealed record StepDifference(int Index, string Event, string What);

/// <summary>Compares a step's events with those of the log, byte for byte.</summary>
static class StepComparison
{
    /// <summary>The first difference; null if there is none.</summary>
    public static StepDifference? FirstDifference(EventCatalogue catalogue, IReadOnlyList<IEvent> logged, IReadOnlyList<IEvent> again)
    {
        for (var i = 0; i < Math.Min(logged.Count, again.Count); i++)
        {
            var manifest = catalogue.ManifestOf(logged[i]);
            if (manifest != catalogue.ManifestOf(again[i])) return new(i, manifest, $"the log has {manifest}, now it is {catalogue.ManifestOf(again[i])}");
            if (catalogue.Encode(logged[i]).AsSpan().SequenceEqual(catalogue.Encode(again[i]))) continue;
            return new(i, manifest, FirstDifference("", Json(logged[i]), Json(again[i])) ?? "the bytes differ");
        }
        return logged.Count == again.Count ? null : new(Math.Min(logged.Count, again.Count), catalogue.ManifestOf(logged[^1]), $"the log has {logged.Count} events of this step, now there are {again.Count}");
    }

    static JsonNode? Json(IEvent fact) => JsonSerializer.SerializeToNode(fact, fact.GetType(), EventJson.Format);

    static string? FirstDifference(string path, JsonNode? logged, JsonNode? again) => (logged, again) switch
    {
        (JsonObject a, JsonObject b) => a.Select(field => FirstDifference($"{path}.{field.Key}", field.Value, b[field.Key])).FirstOrDefault(found => found is not null),
        (JsonArray a, JsonArray b) when a.Count == b.Count => a.Select((item, i) => FirstDifference($"{path}[{i}]", item, b[i])).FirstOrDefault(found => found is not null),
        _ => JsonNode.DeepEquals(logged, again) ? null : $"{path.TrimStart('.')} was {logged?.ToJsonString() ?? "null"} in the log and is {again?.ToJsonString() ?? "null"} now",
    };
}
