namespace ActorRlhf.Models.Llama;

/// <summary>
/// A model's files cannot be loaded or saved: the configuration, the index or the set of tensors is not what the model needs.
/// </summary>
/// <param name="path">The file or folder.</param>
/// <param name="problems">Everything that was found, one sentence each, at least one.</param>
/// <param name="nextStep">What the reader of the message can do.</param>
public sealed class ModelFolderException(string path, IReadOnlyList<string> problems, string nextStep)
    : Exception($"{path}: {string.Join("; ", problems.Take(Shown))}{More(problems.Count)}. {nextStep}")
{
    const int Shown = 12;

    /// <summary>The file or folder.</summary>
    public string Path { get; } = path;
    /// <summary>Everything that was found, also what the message leaves out.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;

    static string More(int count) => count > Shown ? $"; and {count - Shown} more" : "";
}
