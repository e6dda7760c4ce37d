using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Symptoms;

/// <summary>What a built-in evaluator says of one text.</summary>
static class Judged
{
    public static Score By(string id, string metric, string prompt, string completion, string? stopReason = EvaluationItem.StoppedByEos) =>
        By(BuiltInEvaluators.ById[id], metric, Some.Item(prompt, completion, stopReason));

    public static Score By(IEvaluator evaluator, string metric, EvaluationItem item) =>
        Assert.IsType<ScoredItem>(Assert.Single(evaluator.Score([item]))).Scores[metric];
}
