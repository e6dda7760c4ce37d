namespace ActorRlhf.Actors.Log.Storage;

/// <summary>Another process is writing the data directory.</summary>
/// <param name="path">The data directory.</param>
/// <param name="holder">Who holds it; null when the holder has not said yet.</param>
public sealed class DataDirectoryInUseException(string path, DataDirectoryHolder? holder)
    : Exception($"the data directory {path} is in use by {holder?.ToString() ?? "another process"}. "
        + "Wait until it ends or stop it, or choose another directory with --data")
{
    /// <summary>The data directory.</summary>
    public string Path { get; } = path;
    /// <summary>Who holds it; null when the holder has not said yet.</summary>
    public DataDirectoryHolder? Holder { get; } = holder;
}
