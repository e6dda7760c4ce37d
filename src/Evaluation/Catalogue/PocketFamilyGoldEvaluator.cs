using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Pocket;

namespace ActorRlhf.Evaluation.Catalogue;

/// <summary>The true utility in one family of Pocket, so that a policy which gains in one and loses in another is seen.</summary>
sealed class PocketFamilyGoldEvaluator(PocketFamily family) : SingleMetricEvaluator(
    $"{BuiltInEvaluators.PocketGold}-{Name(family)}", "1.0.0", MetricDirection.Higher, MetricRole.Heldout,
    $"True utility of the completion on Pocket's prompts of the family {Name(family)}, at most 1.15; null for every other prompt.")
{
    public override string Summary =>
        $"{BuiltInEvaluators.PocketGold} on the prompts of one family, {Name(family)}: known exactly, hidden from training. On other "
        + "prompts it says nothing.";

    protected override ItemResult Judge(EvaluationItem item)
    {
        if (PocketWorld.Find(item.Prompt) is not { } prompt || prompt.Family != family)
            return Scored(item, new Score(null, Reason: $"not a prompt of Pocket's family {Name(family)}"));
        return PocketGoldEvaluator.UnknownStop(item) is { } failed ? failed : Scored(item, PocketGoldEvaluator.Gold(prompt, item));
    }

    static string Name(PocketFamily family) => family.ToString().ToLowerInvariant();
}
