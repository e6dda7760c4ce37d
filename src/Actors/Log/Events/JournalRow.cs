using ActorRlhf.Actors.Log.Chain;
using MessagePack;

namespace ActorRlhf.Actors.Log.Events;

/// <summary>A row of the journal's table, not yet trusted.</summary>
sealed record JournalRow(long Ordering, long Sequence, string Manifest, int Serializer, byte[] Message)
{
    /// <summary>Id of the serializer that writes stored events; on disk for ever.</summary>
    internal const int SerializerId = 7001;

    /// <summary>The event in the row.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException">The message is damaged or not ours.</exception>
    internal StoredEvent Parse() => Serializer == SerializerId
        ? StoredEvent.Parse(Manifest, Message)
        : throw new MessagePackSerializationException($"serializer {Serializer} wrote it, expected {SerializerId}");

    /// <summary>The event in the row; null when the message is damaged or not ours.</summary>
    internal StoredEvent? TryParse()
    {
        try { return Parse(); }
        catch (MessagePackSerializationException) { return null; } // the audit names the row instead
    }
}
