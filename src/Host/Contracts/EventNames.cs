using System.Globalization;
using System.Reflection;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Host.Contracts;

/// <summary>Names of events, with and without their version.</summary>
static class EventNames
{
    static readonly Dictionary<string, Type> s_newest = typeof(EventCatalogue).Assembly.GetTypes()
        .Select(type => (Type: type, type.GetCustomAttribute<EventNameAttribute>()?.Manifest))
        .Where(one => one.Manifest is not null)
        .GroupBy(one => Of(one.Manifest!))
        .ToDictionary(versions => versions.Key, versions => versions.MaxBy(one => Version(one.Manifest!)).Type);

    /// <summary>The newest version of an event, which is the one that readers see; null for a name that there is not.</summary>
    public static Type? TypeOf(string name) => s_newest.GetValueOrDefault(name);

    static int Version(string manifest) => int.Parse(manifest.AsSpan(manifest.IndexOf('/') + 1), CultureInfo.InvariantCulture);

    /// <summary>Every manifest there is.</summary>
    public static IReadOnlyList<string> All => EventCatalogue.Known.Manifests;

    /// <summary>The name without the version, which readers do not see: they get the newest one.</summary>
    public static string Of(string manifest) => manifest[..manifest.IndexOf('/')];

    /// <summary>Whether an event is meant by a name, with or without a version.</summary>
    public static bool Is(string manifest, string name) => manifest == name || Of(manifest) == name;
}
