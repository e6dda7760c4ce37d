using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>How surprised the policy is by its own samples: where it falls to 0, the policy says one thing only.</summary>
sealed class EntropyEvaluator() : SymptomEvaluator(
    "entropy",
    "Mean of −log p over the sampled tokens: for completions sampled at temperature 1 an unbiased estimate of the policy's entropy per "
        + "token, weighted by completion. At another temperature, or with top-k or top-p, it is a cross-entropy and compares only with "
        + "itself.",
    Property("entropy", "Mean of −log p of the sampled tokens, nats per token, at least 0; null without tokens."),
    Property("log-prob", "Log-prob of the whole completion, nats, at most 0; null without tokens."))
{
    // Log-softmax in float32 may round above 0 by this.
    const float Rounding = 1e-4f;

    public override EvaluatorNeeds Needs => EvaluatorNeeds.Text | EvaluatorNeeds.LogProbs;

    protected override ItemResult Judge(EvaluationItem item)
    {
        if (item.LogProbs is not { } logProbs)
            return new FailedItem(item.Id, "logProbs is missing: give one number of nats for each token.");
        var sum = 0.0;
        for (var i = 0; i < logProbs.Count; i++)
        {
            if (!(logProbs[i] <= Rounding && float.IsFinite(logProbs[i])))
                return new FailedItem(item.Id, FormattableString.Invariant(
                    $"logProbs[{i}] is {logProbs[i]}: give log-probs in nats, finite and at most 0."));
            sum += logProbs[i];
        }
        if (logProbs.Count == 0) return Scored(item, new Score(null, Reason: "no tokens"), new Score(null, Reason: "no tokens"));
        return Scored(item, new Score(-sum / logProbs.Count), new Score(sum));
    }
}
