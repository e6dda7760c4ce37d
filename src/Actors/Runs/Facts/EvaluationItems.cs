using System.Globalization;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>Rollouts as evaluators see them.</summary>
static class EvaluationItems
{
    /// <param name="rows">The rollout.</param>
    /// <param name="members">(K)(B) scores.</param>
    /// <param name="kl">What was measured against the reference; null where nothing was.</param>
    /// <param name="beforeRl">(B) what the policy said to the same prompts before RL; null where nobody asks, or it was not asked.</param>
    public static EvaluationItem[] Of(
        IReadOnlyList<RolloutRow> rows, float[][] members, KlMeasured? kl, IReadOnlyList<RolloutRow>? beforeRl) =>
        [.. rows.Select((row, i) => new EvaluationItem(i.ToString(CultureInfo.InvariantCulture), row.Prompt, row.Completion)
        {
            PromptId = row.PromptId,
            Sample = i,
            Slices = row.Slices,
            StopReason = row.StopReason,
            TokenCount = row.TokenIds.Length,
            LogProbs = row.LogProbs,
            OtherCompletion = beforeRl is not null && i < beforeRl.Count && beforeRl[i].PromptId == row.PromptId
                ? beforeRl[i].Completion
                : null,
            Kl = kl is null ? null : new SequenceKl(kl.K1.Values[i], kl.K3.Values[i]),
            Scores = members.Index().ToDictionary(member => $"member-{member.Index}", member => (double)member.Item[i]),
        })];

    /// <summary>An item with what an evaluator needs, and nothing else.</summary>
    public static EvaluationItem For(EvaluatorNeeds needs, EvaluationItem item) => item with
    {
        LogProbs = needs.HasFlag(EvaluatorNeeds.LogProbs) ? item.LogProbs : null,
        Scores = needs.HasFlag(EvaluatorNeeds.Scores) ? item.Scores : null,
        OtherCompletion = needs.HasFlag(EvaluatorNeeds.Pairs) ? item.OtherCompletion : null,
        Kl = needs.HasFlag(EvaluatorNeeds.Kl) ? item.Kl : null,
    };
}
