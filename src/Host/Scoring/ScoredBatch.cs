using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Host.Scoring;

/// <summary>Some items of a file and what an evaluator says of them.</summary>
/// <param name="Items">The items, in the file's order.</param>
/// <param name="Results">One for each; those that could not be read failed.</param>
/// <param name="Lines">The lines of <c>--json</c>; null where they are not printed.</param>
sealed record ScoredBatch(IReadOnlyList<FileItem> Items, IReadOnlyList<ItemResult> Results, string? Lines);
