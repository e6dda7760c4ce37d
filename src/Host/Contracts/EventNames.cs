using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Host.Contracts;

/// <summary>Names of events, with and without their version.</summary>
static class EventNames
{
    /// <summary>Every manifest there is.</summary>
    public static IReadOnlyList<string> All => EventCatalogue.Known.Manifests;

    /// <summary>The name without the version, which readers do not see: they get the newest one.</summary>
    public static string Of(string manifest) => manifest[..manifest.IndexOf('/')];

    /// <summary>Whether an event is meant by a name, with or without a version.</summary>
    public static bool Is(string manifest, string name) => manifest == name || Of(manifest) == name;
}
