using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>Finds what makes a step worthless before it is applied; the recipe says what happens then.</summary>
static class Degenerate
{
    /// <summary>The first tensor at fault and how; null if the step is sound.</summary>
    public static string? Find(IReadOnlyList<RolloutRow> rows, RewardMeasurement reward, IReadOnlyList<float[]> refLogProbs, Measured old)
    {
        if (rows.Any(row => row.TokenIds.Length == 0)) return "completions (empty)";
        if (rows.All(row => !row.EndedWithEos())) return "stopReasons (no completion ended with EOS)";
        if (!reward.Result.All(double.IsFinite)) return "scores (not finite)";
        if (reward.Result.Length > 1 && reward.Result.All(score => score == reward.Result[0])) return "scores (constant)";
        return NotFinite(rows.Select(row => row.LogProbs), "samplerLogProbs") ?? NotFinite(refLogProbs, "refLogProbs")
            ?? NotFinite(old.LogProbs, "oldLogProbs") ?? NotFinite(old.Values, "values");
    }

    /// <summary>Whether a step that came so far may have been found worthless by a tensor that the log does not have.</summary>
    /// <param name="tensor">As the log says it.</param>
    /// <param name="events">Events of the step that were stored: none, rollout and scores, or also KL.</param>
    public static bool MayBe(string tensor, int events) => events switch
    {
        0 => tensor.StartsWith("logits", StringComparison.Ordinal),
        2 => tensor is "refLogProbs (not finite)" or "oldLogProbs (not finite)" or "values (not finite)",
        _ => tensor is "newLogProbs" or "newValues" or "policyGradient" or "criticGradient" or "policyWeights" or "criticWeights",
    };

    static string? NotFinite(IEnumerable<float[]> rows, string name) =>
        rows.All(row => row.All(float.IsFinite)) ? null : $"{name} (not finite)";
}
