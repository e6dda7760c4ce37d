using System.Text.Json.Serialization;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Host.Contracts;

/// <summary>What came of trying an evaluator on some completions, as <c>evaluators test --json</c> prints it.</summary>
/// <param name="Evaluator">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Hash">SHA-256 of what it is made of.</param>
/// <param name="Run">Whose completions.</param>
/// <param name="Step">Of which step.</param>
/// <param name="Set">Of which held-out set; null for the rollout of a training step.</param>
/// <param name="Items">What it says of each.</param>
sealed record EvaluatorTrialLine(
    string Evaluator, string Version, string Hash, string Run, int Step, string? Set, IReadOnlyList<EvaluatorTrialLine.Item> Items)
{
    /// <summary>One completion and what the evaluator says of it.</summary>
    /// <param name="Prompt">The prompt.</param>
    /// <param name="Completion">The completion.</param>
    /// <param name="Scores">By metric; left out if the item failed.</param>
    /// <param name="Error">Why it failed; left out if it did not.</param>
    internal sealed record Item(
        string Prompt, string Completion,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, Score>? Scores,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);
}
