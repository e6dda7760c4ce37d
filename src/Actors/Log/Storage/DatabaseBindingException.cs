namespace ActorRlhf.Actors.Log.Storage;

/// <summary>A data directory and a database do not belong together, or the directory does not say which one is its own.</summary>
/// <param name="path">What says so.</param>
/// <param name="problem">Why.</param>
/// <param name="advice">What to do about it.</param>
public sealed class DatabaseBindingException(
    string path, string problem, string advice = "Give --postgres CONNECTION again, or put the file back from a backup")
    : Exception($"{path}: {problem.TrimEnd('.')}. {advice}");
