using ActorRlhf.Actors.Runs;

namespace ActorRlhf.Host.Commands;

/// <summary>What a run was trained on is not where it was, or is not what it was.</summary>
/// <param name="run">The run.</param>
/// <param name="path">The path as the recipe has it.</param>
/// <param name="problem">What is wrong with it.</param>
public sealed class WorldMovedException(RunId run, string path, string problem)
    : Exception($"run {run} needs {path}, which {problem}. Paths are relative to the directory in which it was trained: go there, or put it back")
{
    /// <summary>The path as the recipe has it.</summary>
    public string Path { get; } = path;
}
