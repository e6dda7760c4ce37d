using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>How far the policy went from the reference, by its own completions.</summary>
sealed class KlEvaluator() : SymptomEvaluator(
    "kl",
    "KL divergence of the policy from its reference, estimated on each completion: the same sums that kl.measured holds, as metrics with "
        + "a standard error and by slice. Distance is what over-optimisation is drawn over (Gao et al. 2022, arXiv 2210.10760); it says "
        + "nothing of whether the way was a good one.",
    Property("kl", "Sum of k1 = log π − log π_ref over the completion, nats; a mean over completions estimates the KL of sequences."),
    Property("k3", "Sum of k3 = (r − 1) − log r, r = π_ref / π, over the completion, nats, at least 0."),
    Property("kl-per-token", "kl divided by the completion's tokens, nats; null without tokens."))
{
    public override EvaluatorNeeds Needs => EvaluatorNeeds.Text | EvaluatorNeeds.Kl;

    protected override ItemResult Judge(EvaluationItem item)
    {
        if (item.Kl is not var (k1, k3)) return new FailedItem(item.Id, "kl is missing: the rollout was not measured against a reference.");
        if (!double.IsFinite(k1) || !double.IsFinite(k3))
            return new FailedItem(item.Id, FormattableString.Invariant($"k1 is {k1} and k3 {k3}: give finite numbers of nats."));
        return Scored(item, new Score(k1), new Score(k3), item.TokenCount is > 0 and var tokens
            ? new Score(k1 / tokens)
            : new Score(null, Reason: "no tokens"));
    }
}
