namespace ActorRlhf.Host.Api;

/// <summary>A client has a stream open and does not read it.</summary>
/// <param name="patience">For how long it took nothing.</param>
sealed class StreamNotReadException(TimeSpan patience)
    : Exception(FormattableString.Invariant($"its client has read nothing for {patience.TotalSeconds} s"));
