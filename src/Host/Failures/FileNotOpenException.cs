namespace ActorRlhf.Host.Failures;

/// <summary>A recipe that came over the network names a file that this host does not read for others.</summary>
/// <param name="key">Key of the recipe.</param>
/// <param name="path">What it names.</param>
/// <param name="files">Where the host finds what recipes name; null for nowhere.</param>
sealed class FileNotOpenException(string key, string path, string? files) : Exception(files is null
    ? $"{key}: '{path}' is a file, and this host reads none for others: its owner can start it with --files DIR"
    : $"{key}: '{path}' is not in {files}, where this host finds what recipes name")
{
    /// <summary>Key of the recipe.</summary>
    public string Key => key;
    /// <summary>What it names.</summary>
    public string Path => path;
}
