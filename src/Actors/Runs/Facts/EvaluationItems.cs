using System.Globalization;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>Rollouts as evaluators see them.</summary>
static class EvaluationItems
{
    /// <param name="rows">The rollout.</param>
    /// <param name="members">(K)(B) scores.</param>
    public static EvaluationItem[] Of(IReadOnlyList<RolloutRow> rows, float[][] members) =>
        [.. rows.Select((row, i) => new EvaluationItem(i.ToString(CultureInfo.InvariantCulture), row.Prompt, row.Completion)
        {
            PromptId = row.PromptId,
            Sample = i,
            Slices = row.Slices,
            StopReason = row.StopReason,
            TokenCount = row.TokenIds.Length,
            LogProbs = row.LogProbs,
            Scores = members.Index().ToDictionary(member => $"member-{member.Index}", member => (double)member.Item[i]),
        })];

    /// <summary>An item with what an evaluator needs, and nothing else.</summary>
    public static EvaluationItem For(EvaluatorNeeds needs, EvaluationItem item) => item with
    {
        LogProbs = needs.HasFlag(EvaluatorNeeds.LogProbs) ? item.LogProbs : null,
        Scores = needs.HasFlag(EvaluatorNeeds.Scores) ? item.Scores : null,
    };
}
