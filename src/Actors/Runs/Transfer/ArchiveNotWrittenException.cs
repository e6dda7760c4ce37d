namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>A file that was to be written for somebody cannot be written; nothing of it is left.</summary>
/// <param name="file">The file.</param>
/// <param name="cause">What the operating system said.</param>
public sealed class ArchiveNotWrittenException(string file, Exception cause)
    : Exception($"{file} cannot be written: {Problem(file, cause)}", cause)
{
    /// <summary>The file.</summary>
    public string File { get; } = file;

    static string Problem(string file, Exception cause) => cause switch
    {
        DirectoryNotFoundException =>
            $"there is no folder {Path.GetDirectoryName(Path.GetFullPath(file))}. Make it, or choose another with -o",
        UnauthorizedAccessException => "permission denied. Choose another place with -o",
        _ => $"{cause.Message.TrimEnd('.')}. Choose another place with -o, or make room there",
    };
}
