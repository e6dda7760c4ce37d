namespace ActorRlhf.Host.Failures;

/// <summary>The file of a host's token cannot be trusted.</summary>
/// <param name="path">The file.</param>
/// <param name="problem">What is wrong with it, and what to do.</param>
sealed class TokenFileException(string path, string problem) : Exception($"{path}: {problem}")
{
    /// <summary>The file.</summary>
    public string Path => path;
}
