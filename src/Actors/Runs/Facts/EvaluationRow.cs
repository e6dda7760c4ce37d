using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>One line of an evaluation's artefact.</summary>
/// <param name="Index">The completion's place in the rollout.</param>
/// <param name="PromptId">The prompt's id.</param>
/// <param name="Scores">By metric; null if the item failed.</param>
/// <param name="Error">Why it failed; null if it did not.</param>
public sealed record EvaluationRow(int Index, string? PromptId, IReadOnlyDictionary<string, Score>? Scores, string? Error)
{
    /// <summary>One item's line.</summary>
    public static EvaluationRow Of(int index, EvaluationItem item, ItemResult result) => result switch
    {
        ScoredItem scored => new EvaluationRow(index, item.PromptId, scored.Scores, null),
        FailedItem failed => new EvaluationRow(index, item.PromptId, null, failed.Error),
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "a scored or a failed item"),
    };
}
