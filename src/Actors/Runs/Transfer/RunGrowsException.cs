namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>An archive holds more of a run than there is here, where somebody may be about to write that run.</summary>
/// <param name="stream">The stream that would get events.</param>
public sealed class RunGrowsException(StreamIntake stream) : Exception(FormattableString.Invariant(
    $"stream {stream.Stream} is here with {stream.Before} events, and would get {stream.Added} more from the file: ")
    + "a host takes in new runs only, because it may be about to go on with one that is here; stop it, and use 'import'")
{
    /// <summary>The stream that would get events.</summary>
    public string Stream => stream.Stream;
}
