using ActorRlhf.Actors.Log.Chain;
using MessagePack;

namespace ActorRlhf.Actors.Log.Events;

/// <summary>An event as a reader gets it; envelope and event are decoded when they are asked for.</summary>
/// <param name="catalogue">Every event that the stream may hold.</param>
/// <param name="stream">Stream id.</param>
/// <param name="sequence">Sequence number, from 1.</param>
/// <param name="stored">The stored bytes.</param>
public sealed class ReadEvent(EventCatalogue catalogue, string stream, long sequence, StoredEvent stored)
{
    EventEnvelope? _envelope;
    IEvent? _event;

    /// <summary>Stream id.</summary>
    public string Stream { get; } = stream;
    /// <summary>Sequence number, from 1.</summary>
    public long Sequence { get; } = sequence;
    /// <summary>The stored bytes.</summary>
    public StoredEvent Stored { get; } = stored;
    /// <summary>Name and version.</summary>
    public string Manifest => Stored.Manifest;
    /// <summary>The stored hash; not verified.</summary>
    public ContentHash Hash => Stored.Hash;
    /// <summary>The circumstances.</summary>
    /// <exception cref="UnreadableEventException">The bytes are no envelope.</exception>
    public EventEnvelope Envelope => _envelope ??= ParseEnvelope();
    /// <summary>The event in its newest version.</summary>
    /// <exception cref="UnknownEventException">This build does not know it.</exception>
    /// <exception cref="UnreadableEventException">The bytes are not such an event.</exception>
    public IEvent Event => _event ??= catalogue.Decode(Stream, Sequence, Manifest, Stored.Payload);

    /// <summary>The event; null where this build cannot read it.</summary>
    internal IEvent? TryDecode()
    {
        try { return Event; }
        catch (Exception unreadable) when (unreadable is UnknownEventException or UnreadableEventException) { return null; }
    }

    EventEnvelope ParseEnvelope()
    {
        try { return EventEnvelope.Parse(Stored.Envelope); }
        catch (MessagePackSerializationException damaged) { throw new UnreadableEventException(Stream, Sequence, Manifest, damaged); }
    }
}
