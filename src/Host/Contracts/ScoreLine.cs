using System.Text.Json.Serialization;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Host.Contracts;

/// <summary>What an evaluator says of one item, as <c>evaluate --file</c> and <c>evaluators test</c> print it.</summary>
/// <param name="Index">The item's place, from 0.</param>
/// <param name="Scores">By metric; left out if the item failed.</param>
/// <param name="Error">Why it failed; left out if it did not.</param>
sealed record ScoreLine(
    int Index, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, Score>? Scores,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error)
{
    /// <summary>The line of a result.</summary>
    public static ScoreLine Of(int index, ItemResult result) => result switch
    {
        ScoredItem scored => new(index, scored.Scores, null),
        FailedItem failed => new(index, null, failed.Error),
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "a scored or a failed item"),
    };
}
