namespace ActorRlhf.Host.Failures;

/// <summary>A file cannot be scored as a whole.</summary>
/// <param name="path">The file, as it was named.</param>
/// <param name="problem">What is wrong with it, what was expected, and what to do.</param>
sealed class CompletionFileException(string path, string problem) : Exception($"{path}: {problem}")
{
    /// <summary>The file.</summary>
    public string Path => path;
}
