using MessagePack;

namespace ActorRlhf.Actors.Log.Chain;

/// <summary>The circumstances of an event, kept apart from its payload so that two equal runs have equal payloads.</summary>
/// <param name="Time">When the event was handed to the journal, UTC.</param>
/// <param name="DurationSeconds">How long the work took that the event reports, in seconds; null when nothing was timed.</param>
/// <param name="Host">Name of the machine that wrote it.</param>
/// <param name="ProcessId">Process that wrote it.</param>
/// <param name="WriterEpoch">
/// Which writer of the stream this was, from 1; it grows by one whenever a recovered stream is written on.
/// </param>
/// <param name="Who">The person or token that asked for it; null for the run itself.</param>
[MessagePackObject]
public sealed record EventEnvelope(
    [property: Key(0)] DateTimeOffset Time,
    [property: Key(1)] double? DurationSeconds,
    [property: Key(2)] string Host,
    [property: Key(3)] int ProcessId,
    [property: Key(4)] long WriterEpoch,
    [property: Key(5)] string? Who)
{
    /// <summary>The bytes that are stored and hashed.</summary>
    public byte[] ToBytes() => MessagePackSerializer.Serialize(this, LogFormat.Options);

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException">The bytes are something else.</exception>
    public static EventEnvelope Parse(ReadOnlyMemory<byte> bytes) =>
        MessagePackSerializer.Deserialize<EventEnvelope>(bytes, LogFormat.Options);
}
