using MessagePack;

namespace ActorRlhf.Actors.Journal;

/// <summary>A row of the journal's table, not yet trusted.</summary>
sealed record JournalRow(long Ordering, long Sequence, string Manifest, int Serializer, byte[] Message)
{
    /// <summary>The event in the row.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException">The message is damaged or not ours.</exception>
    internal StoredEvent Parse() => Serializer == JournalSerializer.Id
        ? StoredEvent.Parse(Manifest, Message)
        : throw new MessagePackSerializationException($"serializer {Serializer} wrote it, expected {JournalSerializer.Id}");

    /// <summary>The event in the row; null when the message is damaged or not ours.</summary>
    internal StoredEvent? TryParse()
    {
        try { return Parse(); }
        catch (MessagePackSerializationException) { return null; } // the audit names the row instead
    }
}
