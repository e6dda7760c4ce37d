namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>A stream is there already and is not the same stream.</summary>
/// <param name="stream">Stream id.</param>
/// <param name="sequence">The first event that differs.</param>
/// <param name="directory">The data directory.</param>
public sealed class OtherHistoryException(string stream, long sequence, string directory)
    : Exception($"{directory} has a stream {stream} whose event {sequence} is another than the file's: one id, two histories. "
        + "Nothing was changed; take the file into another directory with --data, or delete the run that is there")
{
    /// <summary>Stream id.</summary>
    public string Stream { get; } = stream;
    /// <summary>The first event that differs.</summary>
    public long Sequence { get; } = sequence;
}
