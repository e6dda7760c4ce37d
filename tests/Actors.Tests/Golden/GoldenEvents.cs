using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Actors.Tests.Golden;

/// <summary>A file for each version of each event, with the bytes that were once stored and what they meant.</summary>
/// <remarks>
/// The name has the number of fields in it, since a key may be added to an event (older bytes then give its default): the old file
/// stays and a new one joins it.
/// </remarks>
/// <param name="types">Events and upcasters.</param>
/// <param name="folder">Name of the folder of the files.</param>
/// <param name="state">What an event does to a state, as a text; null for an event that belongs to no state.</param>
sealed class GoldenEvents(IReadOnlyList<Type> types, string folder, Func<IEvent, string?> state)
{
    static readonly JsonSerializerOptions s_format = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    readonly EventCatalogue _catalogue = new(types);
    readonly Dictionary<string, Type> _byManifest = types.Select(type => (Type: type, Name: type.GetCustomAttribute<EventNameAttribute>()))
        .Where(one => one.Name is not null).ToDictionary(one => one.Name!.Manifest, one => one.Type);

    sealed record Golden(string Manifest, string[] Fields, string Payload, JsonElement Event, string? State);

    /// <summary>Writes the files that are missing.</summary>
    internal void WriteMissing()
    {
        foreach (var (manifest, type) in _byManifest.Where(one => !File.Exists(GoldenFolder.Of(NameOf(one.Key)))))
        {
            var payload = _catalogue.Encode(EventSamples.Of(type));
            var fact = _catalogue.Decode("golden", 1, manifest, payload);
            var golden = new Golden(manifest, EventFields.Of(type), Convert.ToHexStringLower(payload), Json(fact), state(fact));
            GoldenFolder.Write(NameOf(manifest), [.. JsonSerializer.SerializeToUtf8Bytes(golden, s_format), (byte)'\n']);
        }
    }

    /// <summary>What is wrong, one line each; none if every version is there and reads as it always did.</summary>
    internal IReadOnlyList<string> Problems() =>
    [
        .. _byManifest.Keys.Where(manifest => !File.Exists(GoldenFolder.Of(NameOf(manifest))))
            .Select(manifest => $"{manifest} as it is now has no golden file {NameOf(manifest)}: {GoldenFolder.HowToWrite}"),
        .. Directory.EnumerateFiles(GoldenFolder.Of(folder)).Order(StringComparer.Ordinal)
            .SelectMany(path => Problems(JsonSerializer.Deserialize<Golden>(File.ReadAllBytes(path), s_format)!)
                .Select(problem => $"{Path.GetFileName(path)}: {problem}")),
    ];

    IEnumerable<string> Problems(Golden golden)
    {
        if (!_byManifest.TryGetValue(golden.Manifest, out var type))
        {
            yield return $"logs hold {golden.Manifest}, which is in the catalogue no more; it must stay readable for ever";
            yield break;
        }
        var fields = EventFields.Of(type);
        foreach (var gone in golden.Fields.Except(fields))
            yield return $"the field '{gone}' is no more; a changed event needs a new version and an upcaster";

        var payload = Convert.FromHexString(golden.Payload);
        IEvent? fact = null;
        var unreadable = "";
        try { fact = _catalogue.Decode("golden", 1, golden.Manifest, payload); }
        catch (Exception refused) when (refused is UnknownEventException or UnreadableEventException or InvalidCastException)
        {
            unreadable = refused.Message;
        }
        if (fact is null)
        {
            yield return unreadable;
            yield break;
        }
        if (!Says(Json(fact), golden.Event)) yield return $"it reads as {Json(fact)}, but meant {golden.Event}";
        if (state(fact) != golden.State) yield return "it leads to another state than it did";
        var isCurrent = _catalogue.ManifestOf(fact) == golden.Manifest && fields.Length == golden.Fields.Length;
        if (isCurrent && !_catalogue.Encode(fact).AsSpan().SequenceEqual(payload)) yield return "stored again it has other bytes";
    }

    string NameOf(string manifest) => $"{folder}/{manifest.Replace('/', '.')}.{EventFields.Of(_byManifest[manifest]).Length}-fields.json";

    static JsonElement Json(IEvent fact) => JsonSerializer.SerializeToElement(fact, fact.GetType(), EventJson.Format);

    /// <summary>Whether an event says all that it once did; fields that came later may say more.</summary>
    static bool Says(JsonElement now, JsonElement then) => then.ValueKind switch
    {
        JsonValueKind.Object => now.ValueKind is JsonValueKind.Object
            && then.EnumerateObject().All(field => now.TryGetProperty(field.Name, out var value) && Says(value, field.Value)),
        JsonValueKind.Array => now.ValueKind is JsonValueKind.Array
            && now.GetArrayLength() == then.GetArrayLength()
            && now.EnumerateArray().Zip(then.EnumerateArray()).All(pair => Says(pair.Item1, pair.Item2)),
        _ => JsonNode.DeepEquals(JsonNode.Parse(now.GetRawText()), JsonNode.Parse(then.GetRawText())),
    };
}
