namespace ActorRlhf.Actors.Log.Events;

/// <summary>A stream holds an event that this build does not know.</summary>
/// <param name="stream">Stream id.</param>
/// <param name="sequence">Sequence number of the event.</param>
/// <param name="manifest">Name and version that are not in the catalogue.</param>
public sealed class UnknownEventException(string stream, long sequence, string manifest)
    : Exception($"stream {stream} holds an event {manifest} at sequence {sequence}, which this build does not know. "
        + "Read it with the build that wrote it or a newer one")
{
    /// <summary>Stream id.</summary>
    public string Stream { get; } = stream;
    /// <summary>Sequence number of the event.</summary>
    public long Sequence { get; } = sequence;
    /// <summary>Name and version that are not in the catalogue.</summary>
    public string Manifest { get; } = manifest;
}
