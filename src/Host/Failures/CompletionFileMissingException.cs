namespace ActorRlhf.Host.Failures;

/// <summary>There is no file of a name.</summary>
/// <param name="path">The file, as it was named.</param>
sealed class CompletionFileMissingException(string path) : Exception($"there is no file '{path}'")
{
    /// <summary>The file.</summary>
    public string Path => path;
}
