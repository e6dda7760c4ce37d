namespace ActorRlhf.Actors.Log.Events;

/// <summary>The stored bytes of an event are not what its manifest promises.</summary>
/// <param name="stream">Stream id.</param>
/// <param name="sequence">Sequence number of the event.</param>
/// <param name="manifest">Name and version of the event.</param>
/// <param name="cause">What was found.</param>
public sealed class UnreadableEventException(string stream, long sequence, string manifest, Exception cause)
    : Exception($"event {manifest} at sequence {sequence} of stream {stream} cannot be read: "
        + $"{cause.Message.TrimEnd('.')}. Restore the journal from a backup", cause)
{
    /// <summary>Stream id.</summary>
    public string Stream { get; } = stream;
    /// <summary>Sequence number of the event.</summary>
    public long Sequence { get; } = sequence;
    /// <summary>Name and version of the event.</summary>
    public string Manifest { get; } = manifest;
}
