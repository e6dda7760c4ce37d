namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>A file that was to be written for somebody cannot be written; nothing of it is left.</summary>
/// <param name="cause">What the operating system said.</param>
public sealed class ArchiveNotWrittenException(string file, Exception cause)
    : Exception($"{file} cannot be written: {cause.Message.TrimEnd('.')}. Choose another place with -o, or make room there", cause)
{
    /// <summary>The file.</summary>
    public string File { get; } = file;
}
