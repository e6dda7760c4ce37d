using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Host.Scoring;

/// <summary>An item of a file of completions.</summary>
/// <param name="Index">Its place in the file, from 0; rows that cannot be read have one, too.</param>
/// <param name="Item">The item; null where it failed.</param>
/// <param name="Error">Why it failed, with file, line and field; null if it did not.</param>
readonly record struct FileItem(int Index, EvaluationItem? Item, string? Error);
