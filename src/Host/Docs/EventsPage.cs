using System.Reflection;
using System.Text;
using System.Text.Json;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using MessagePack;

namespace ActorRlhf.Host.Docs;

/// <summary>Writes <c>docs/events.md</c> from the declarations of the events and their comments.</summary>
static class EventsPage
{
    const string Introduction =
        "# Events\n\n" +
        "What a run's log holds. Every event has a manifest (name and version), " +
        "an envelope (time, duration, host, process, writer epoch, who) and a payload:\n" +
        "MessagePack, an array in which a field's key is its place. " +
        "`actorrlhf events RUN --json` shows the payload as a JSON object with the names below.\n\n" +
        "- Streams: *training* is `run-{id}`, everything that made the weights and the run's life cycle; " +
        "*evaluations* is `run-{id}-evaluations`, what was found out about it; " +
        "*deleted runs* is `deleted-runs`, what is left of runs that were deleted; " +
        "*evaluators* is `evaluators`, which evaluators people brought.\n" +
        "- *In the trajectory*: the payload counts in the digest that is equal for two runs of one recipe and seed. " +
        "Such a payload holds no time, path, host or run id.\n" +
        "- Names, versions and keys are never changed or used again. " +
        "A changed event gets a new version, and the old one stays readable.\n" +
        "- Texts, tokens and tensors are in artefacts, which events name by their SHA-256. " +
        "A column holds a number of every sample: packed little-endian in one `bin`, an array in JSON.\n\n" +
        "This page is written from the code: `actorrlhf docs events`.\n";

    static readonly Dictionary<Type, string> s_words = new()
    {
        [typeof(string)] = "text",
        [typeof(bool)] = "true or false",
        [typeof(int)] = "int32",
        [typeof(long)] = "int64",
        [typeof(ulong)] = "uint64",
        [typeof(double)] = "float64",
        [typeof(ContentHash)] = "SHA-256 (`bin` of 32 bytes, hexadecimal in JSON)",
        [typeof(DoubleColumn)] = "column of float64",
        [typeof(IntegerColumn)] = "column of int32",
    };

    /// <summary>The whole page, lines ended by <c>\n</c>.</summary>
    public static string Markdown()
    {
        var assembly = typeof(RunHosting).Assembly;
        var comments = new CodeComments(assembly);
        var events = assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IEvent)) && !type.IsAbstract && !type.IsInterface)
            .Select(type => (Type: type, type.GetCustomAttribute<EventNameAttribute>()!.Manifest))
            .OrderBy(one => one.Manifest, StringComparer.Ordinal)
            .ToArray();

        var page = new StringBuilder(Introduction);
        foreach (var (type, manifest) in events)
        {
            page.Append($"\n## `{manifest}`\n\n{comments.Of(type)} Stream: {StreamOf(type)}")
                .Append(EventCatalogue.Known.IsTrajectory(manifest) ? "; in the trajectory" : "").Append(".\n\n");
            Fields(page, comments, type);
        }
        page.Append("\n# Parts of events\n");
        var parts = new SortedDictionary<string, Type>(StringComparer.Ordinal);
        foreach (var (type, _) in events) Collect(type, parts);
        foreach (var part in parts.Values)
        {
            page.Append($"\n## {part.Name}\n\n{comments.Of(part)}\n\n");
            Fields(page, comments, part);
        }
        return page.ToString();
    }

    static void Fields(StringBuilder page, CodeComments comments, Type type)
    {
        page.Append("| key | field | type | meaning |\n| --- | --- | --- | --- |\n");
        foreach (var (key, property) in Keys(type))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            page.Append($"| {key} | `{name}` | {Words(property)} | {comments.Of(property)} |\n");
        }
    }

    static IEnumerable<(int Key, PropertyInfo Property)> Keys(Type type) => type.GetProperties()
        .Select(property => (Key: property.GetCustomAttribute<KeyAttribute>()?.IntKey, Property: property))
        .Where(field => field.Key is not null).Select(field => (field.Key!.Value, field.Property)).OrderBy(field => field.Value);

    /// <summary>
    /// Tombstones have a stream of their own, and so have evaluators that were brought. An event of the evaluation stream names the
    /// point of the training stream that was looked at; one that may do so is in both.
    /// </summary>
    static string StreamOf(Type type) => type.GetProperty("Source")?.PropertyType switch
    {
        _ when type == typeof(EvaluatorInjected) || type == typeof(EvaluatorRemoved) => "evaluators",
        _ when type == typeof(BackFillAsked) || type == typeof(BackFillEnded) => "evaluators",
        null when type == typeof(RunDeleted) => "deleted runs",
        null when type == typeof(EvaluatorReleased) => "evaluations",
        null => "training",
        var source when source == typeof(StreamHead) => "evaluations",
        _ => "training or, with `source`, evaluations",
    };

    static string Words(PropertyInfo property)
    {
        var words = Words(Element(property.PropertyType, out var many));
        var mayBeNull = Nullable.GetUnderlyingType(property.PropertyType) is not null
            || new NullabilityInfoContext().Create(property).ReadState is NullabilityState.Nullable;
        return (many ? $"list of {words}" : words) + (mayBeNull ? " or null" : "");
    }

    static string Words(Type type) => s_words.TryGetValue(type, out var words) ? words : $"[{type.Name}](#{type.Name.ToLowerInvariant()})";

    static Type Element(Type type, out bool many)
    {
        many = type.IsArray;
        return type.GetElementType() ?? Nullable.GetUnderlyingType(type) ?? type;
    }

    static void Collect(Type type, SortedDictionary<string, Type> parts)
    {
        foreach (var (_, property) in Keys(type))
            if (Element(property.PropertyType, out _) is var element
                && !s_words.ContainsKey(element)
                && parts.TryAdd(element.Name, element))
                Collect(element, parts);
    }
}
