using System.Reflection;
using System.Text.RegularExpressions;
using ActorRlhf.Actors.Log.Chain;
using MessagePack;

namespace ActorRlhf.Actors.Log.Events;

/// <summary>Which events there are: manifest ⟷ type, payload ⟷ event, with upcasting on the way in.</summary>
/// <remarks>Immutable; any number of threads may use one instance. Mistakes in declarations are found when it is built.</remarks>
public sealed partial class EventCatalogue
{
    /// <summary>Every event of this program.</summary>
    public static EventCatalogue Known { get; } = Of(typeof(EventCatalogue).Assembly);

    readonly Dictionary<string, Type> _types = [];
    readonly Dictionary<Type, string> _manifests = [];
    readonly HashSet<string> _trajectory = [];
    readonly Dictionary<string, IUpcaster> _upcasters = [];

    /// <summary>A catalogue of the events and upcasters among <paramref name="types"/>; other types are passed over.</summary>
    /// <exception cref="EventDeclarationException">An event or upcaster is declared wrongly, or two events have one name.</exception>
    public EventCatalogue(IEnumerable<Type> types)
    {
        var declared = types.Where(type => type is { IsAbstract: false, IsInterface: false }).ToList();
        foreach (var type in declared.Where(typeof(IEvent).IsAssignableFrom)) AddEvent(type);
        foreach (var type in declared.Where(typeof(IUpcaster).IsAssignableFrom)) AddUpcaster(type);
        foreach (var upcaster in _upcasters.Values) EnsureEnds(upcaster);
    }

    /// <summary>A catalogue of all events and upcasters in some assemblies.</summary>
    /// <exception cref="EventDeclarationException">As for the constructor.</exception>
    public static EventCatalogue Of(params Assembly[] assemblies) => new(assemblies.SelectMany(assembly => assembly.GetTypes()));

    /// <summary>Every manifest, in ordinal order.</summary>
    public IReadOnlyList<string> Manifests => [.. _types.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The trajectory after one more event.</summary>
    /// <param name="seed">Where it starts, if the event says so; null for any other event.</param>
    public TrajectoryDigest Trajectory(TrajectoryDigest before, ContentHash? seed, StoredEvent stored)
    {
        var from = seed is { } start ? new TrajectoryDigest(start) : before;
        return IsTrajectory(stored.Manifest) ? from.Add(stored.Manifest, stored.Payload) : from;
    }

    /// <summary>Whether events of this name belong to the trajectory.</summary>
    public bool IsTrajectory(string manifest) => _trajectory.Contains(manifest);

    /// <summary>The name and version under which an event is stored.</summary>
    /// <exception cref="EventDeclarationException">The type is not in the catalogue.</exception>
    public string ManifestOf(IEvent fact) => _manifests.TryGetValue(fact.GetType(), out var manifest)
        ? manifest
        : throw new EventDeclarationException(fact.GetType(), "is not in the catalogue, so it cannot be stored");

    /// <summary>The payload of an event.</summary>
    /// <exception cref="EventDeclarationException">The type is not in the catalogue.</exception>
    /// <exception cref="T:MessagePack.MessagePackSerializationException">A value in it cannot be serialised.</exception>
    public byte[] Encode(IEvent fact) => MessagePackSerializer.Serialize(_types[ManifestOf(fact)], fact, LogFormat.Options);

    /// <summary>The event in a payload, in its newest version.</summary>
    /// <param name="stream">Stream id, for errors.</param>
    /// <param name="sequence">Sequence number, for errors.</param>
    /// <param name="manifest">Name and version that were stored.</param>
    /// <param name="payload">The stored bytes.</param>
    /// <exception cref="UnknownEventException">The manifest is not in the catalogue.</exception>
    /// <exception cref="UnreadableEventException">The bytes are not such an event.</exception>
    public IEvent Decode(string stream, long sequence, string manifest, ReadOnlyMemory<byte> payload)
    {
        if (!_types.TryGetValue(manifest, out var type)) throw new UnknownEventException(stream, sequence, manifest);
        IEvent fact;
        try
        {
            var reader = new MessagePackReader(payload);
            fact = MessagePackSerializer.Deserialize(type, ref reader, LogFormat.Options) as IEvent
                ?? throw new MessagePackSerializationException("the payload is nil");
            if (!reader.End) throw new MessagePackSerializationException($"{payload.Length - reader.Consumed} bytes follow the payload");
        }
        catch (MessagePackSerializationException damaged)
        {
            throw new UnreadableEventException(stream, sequence, manifest, damaged);
        }
        return Newest(manifest, fact);
    }

    /// <summary>An event as it is stored: serialised once, and linked to the head of its stream.</summary>
    internal StoredEvent Seal(string stream, StreamHead head, IEvent fact, EventEnvelope envelope)
    {
        var (manifest, wrapping, payload) = (ManifestOf(fact), envelope.ToBytes(), Encode(fact));
        return new StoredEvent(
            manifest, wrapping, payload, head.Hash, EventChain.Hash(stream, head.Sequence + 1, manifest, wrapping, payload, head.Hash));
    }

    /// <summary>What readers see of an event that is stored as <paramref name="manifest"/>.</summary>
    internal IEvent Newest(string manifest, IEvent fact)
    {
        while (_upcasters.TryGetValue(manifest, out var upcaster))
        {
            fact = upcaster.Upcast(fact);
            manifest = upcaster.To;
        }
        return fact;
    }

    void AddEvent(Type type)
    {
        var name = type.GetCustomAttribute<EventNameAttribute>()
            ?? throw new EventDeclarationException(type, "is an event without [EventName(\"name/version\")]");
        if (!ManifestForm().IsMatch(name.Manifest))
            throw new EventDeclarationException(
                type, $"has the event name '{name.Manifest}': expected lower-case words, a slash and a version, such as run.started/1");
        if (type.GetCustomAttribute<MessagePackObjectAttribute>() is not { KeyAsPropertyName: false })
            throw new EventDeclarationException(type, "needs [MessagePackObject] and an integer [Key] on every property");
        if (!_types.TryAdd(name.Manifest, type))
            throw new EventDeclarationException(
                type, $"has the event name {name.Manifest}, which {_types[name.Manifest].FullName} has too");
        try { LogFormat.Options.Resolver.GetFormatterDynamic(type); }
        catch (Exception refused)
            when (refused is TargetInvocationException or TypeInitializationException or MessagePackSerializationException)
        {
            throw new EventDeclarationException(type, $"cannot be serialised: {refused.GetBaseException().Message}");
        }
        _manifests.Add(type, name.Manifest);
        if (name.Trajectory) _trajectory.Add(name.Manifest);
    }

    void AddUpcaster(Type type)
    {
        var upcaster = (IUpcaster)Activator.CreateInstance(type)!;
        foreach (var manifest in (string[])[upcaster.From, upcaster.To])
            if (!_types.ContainsKey(manifest))
                throw new EventDeclarationException(type, $"names the event {manifest}, which is not in the catalogue");
        if (!_upcasters.TryAdd(upcaster.From, upcaster))
            throw new EventDeclarationException(
                type, $"reads {upcaster.From}, which {_upcasters[upcaster.From].GetType().FullName} reads too");
    }

    void EnsureEnds(IUpcaster first)
    {
        var seen = new HashSet<string>();
        for (var next = first; next is not null; next = _upcasters.GetValueOrDefault(next.To))
            if (!seen.Add(next.From))
                throw new EventDeclarationException(first.GetType(), $"is part of a circle of upcasters through {next.From}");
    }

    [GeneratedRegex("^[a-z0-9-]+(\\.[a-z0-9-]+)*/[1-9][0-9]*\\z")]
    private static partial Regex ManifestForm();
}
