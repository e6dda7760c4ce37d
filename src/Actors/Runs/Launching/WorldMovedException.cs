using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>A run has not stored yet what it starts from, and that is not where it was.</summary>
/// <param name="path">The path as the recipe has it.</param>
public sealed class WorldMovedException(RunId run, string path)
    : Exception(
        $"run {run} needs {path}, which is not there: it has not made its own copy of it yet. "
        + (System.IO.Path.IsPathRooted(path)
            ? "Put it back"
            : "Paths are relative to the directory in which it was begun: go there, or put it back"))
{
    /// <summary>The path as the recipe has it.</summary>
    public string Path { get; } = path;

    /// <exception cref="WorldMovedException">A path of the recipe leads nowhere.</exception>
    internal static void ThrowUnlessThere(RunId run, Recipe recipe)
    {
        if (recipe.Policy is { OfRun: null, Path: { } folder } && !Directory.Exists(folder)) throw new WorldMovedException(run, folder);
        if (recipe.Data.Path is { } file && !File.Exists(file)) throw new WorldMovedException(run, file);
    }
}
