using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Catalogue;

/// <summary>How long completions are: the commonest way to gain proxy reward without gaining anything.</summary>
sealed class LengthEvaluator() : SingleMetricEvaluator(
    "length", "1.0.0", MetricDirection.None, MetricRole.Development, "Tokens of the completion, EOS included.")
{
    public override string Summary =>
        "Counts tokens as the policy does, so it compares runs of one tokenizer only. Longer is neither better nor worse by itself.";

    protected override ItemResult Judge(EvaluationItem item) => item.TokenCount is { } tokens
        ? Scored(item, new Score(tokens))
        : new FailedItem(item.Id, "tokenCount is missing: give the number of tokens, EOS included.");
}
