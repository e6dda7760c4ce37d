namespace ActorRlhf.Host.Failures;

/// <summary>A file of questions cannot be used as a whole.</summary>
/// <param name="option">The option that named it.</param>
/// <param name="path">The file, as it was named.</param>
/// <param name="problem">What is wrong with it, what was expected, and what to do.</param>
sealed class BenchFileException(string option, string path, string problem) : Exception($"{option}: {path}: {problem.TrimEnd('.')}")
{
    /// <summary>The file.</summary>
    public string Path => path;
}
