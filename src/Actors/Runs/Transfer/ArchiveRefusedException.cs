namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>An archive is not what an export or a backup writes: cut off, damaged or made up.</summary>
/// <param name="file">The archive.</param>
/// <param name="entry">What in it; null for the file as a whole.</param>
/// <param name="problem">What is wrong, and what was expected.</param>
public sealed class ArchiveRefusedException(string file, string? entry, string problem)
    : Exception($"{file} is refused: {(entry is null ? "" : $"{entry}: ")}{problem}. "
        + "Nothing was changed; get the file again from where it was written")
{
    /// <summary>The archive.</summary>
    public string File { get; } = file;
    /// <summary>What in it; null for the file as a whole.</summary>
    public string? Entry { get; } = entry;
}
