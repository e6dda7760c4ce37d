using System.Reflection;
using System.Text.Json;
using MessagePack;

namespace ActorRlhf.Actors.Tests.Golden;

/// <summary>The keys, names and types of an event's fields, one line each, parts of parts included.</summary>
static class EventFields
{
    /// <summary>Lines such as <c>9.0 parent.run: String</c>, in the order of the keys.</summary>
    internal static string[] Of(Type type) => [.. Lines(type, "", "")];

    static IEnumerable<string> Lines(Type type, string keys, string names)
    {
        foreach (var (key, property) in type.GetProperties()
            .Select(property => (Key: property.GetCustomAttribute<KeyAttribute>()?.IntKey, Property: property))
            .Where(field => field.Key is not null)
            .OrderBy(field => field.Key))
        {
            var name = names + JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            yield return $"{keys}{key} {name}: {Word(property.PropertyType)}";
            var part = property.PropertyType.GetElementType() ?? Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (part.IsDefined(typeof(MessagePackObjectAttribute)))
                foreach (var line in Lines(part, $"{keys}{key}.", $"{name}.")) yield return line;
        }
    }

    static string Word(Type type) => Nullable.GetUnderlyingType(type) is { } value ? $"{value.Name}?" : type.Name;
}
