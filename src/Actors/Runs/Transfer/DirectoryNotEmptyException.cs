namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>A backup is only restored where there is nothing.</summary>
/// <param name="path">The directory that was given.</param>
public sealed class DirectoryNotEmptyException(string path)
    : Exception($"{path} is not empty. A backup is restored into a new or an empty directory only; choose another with --data")
{
    /// <summary>The directory that was given.</summary>
    public string Path { get; } = path;
}
