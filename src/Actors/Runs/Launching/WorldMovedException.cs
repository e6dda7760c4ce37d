using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>A run was cut off before it had stored what it starts from, and that is not where it was.</summary>
/// <param name="path">The path as the recipe has it.</param>
public sealed class WorldMovedException(RunId run, string path)
    : Exception(
        $"run {run} needs {path}, which is not there: it was cut off before it had made its own copy. "
        + "Paths are relative to the directory in which it was begun: go there, or put it back")
{
    /// <summary>The path as the recipe has it.</summary>
    public string Path { get; } = path;
}
