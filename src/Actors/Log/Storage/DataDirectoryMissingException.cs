namespace ActorRlhf.Actors.Log.Storage;

/// <summary>A reader was pointed at a directory that holds no runs.</summary>
/// <param name="path">The directory that was looked at.</param>
public sealed class DataDirectoryMissingException(string path)
    : Exception(
        $"there are no runs in {path}: it holds no {DataDirectory.JournalName}. Training makes one; --data DIR points to another directory")
{
    /// <summary>The directory that was looked at.</summary>
    public string Path { get; } = path;
}
