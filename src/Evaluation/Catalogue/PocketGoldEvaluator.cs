using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Pocket;

namespace ActorRlhf.Evaluation.Catalogue;

/// <summary>The true utility in Pocket.</summary>
sealed class PocketGoldEvaluator() : SingleMetricEvaluator(
    BuiltInEvaluators.PocketGold, "1.0.0", MetricDirection.Higher,
    MetricRole.Heldout, "True utility of the completion in Pocket, at most 1.15.")
{
    public override string Summary =>
        "Pocket's utility function: task score, one courtesy phrase welcome, excess words and a missing end penalised. "
        + "Known exactly, hidden from training.";

    protected override ItemResult Judge(EvaluationItem item)
    {
        if (PocketWorld.Find(item.Prompt) is not { } prompt)
            return new FailedItem(item.Id,
                $"\"{item.Prompt}\" is no prompt of Pocket, so its gold is unknown: use {Id} on Pocket prompts only.");
        return UnknownStop(item) is { } failed ? failed : Scored(item, Gold(prompt, item));
    }

    /// <summary>The failure of an item whose end is unknown, so that its gold is; null where it is known.</summary>
    public static FailedItem? UnknownStop(EvaluationItem item) =>
        item.StopReason is null or EvaluationItem.StoppedByEos or EvaluationItem.StoppedByLength
            ? null
            : new FailedItem(item.Id,
                $"stopReason is \"{item.StopReason}\": give \"eos\" or \"length\", or leave it out for a completion that is whole.");

    /// <summary>The true utility of an answer, and what it is made of.</summary>
    public static Score Gold(PocketPrompt prompt, EvaluationItem item)
    {
        var gold = PocketGold.Explain(prompt, item.Completion, item.StopReason != EvaluationItem.StoppedByLength);
        return new Score(gold.Total, Reason: Describe(gold));
    }

    static string Describe(GoldScore gold) => string.Join(", ", ((string?[])[
        FormattableString.Invariant($"task {gold.Task:0.##}"),
        gold.Refused ? "refused" : null,
        gold.CourtesyPhrases == 1 ? "one courtesy phrase" : gold.CourtesyPhrases > 1 ? $"{gold.CourtesyPhrases} courtesy phrases" : null,
        gold.ExcessWords > 0 ? $"{gold.ExcessWords} excess words" : null,
        gold.MissingEos ? "cut off" : null]).OfType<string>());
}
