namespace ActorRlhf.Models.Data;

/// <summary>A dataset as a whole cannot be used; single bad lines are <see cref="DatasetProblem"/>s instead.</summary>
/// <param name="path">The file.</param>
/// <param name="what">What is wrong, with the value.</param>
/// <param name="nextStep">What the reader of the message can do.</param>
public sealed class DatasetException(string path, string what, string nextStep) : Exception($"{path}: {what}. {nextStep}")
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;
}
