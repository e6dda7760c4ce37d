using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Pipeline;

namespace ActorRlhf.Actors.Runs.Counterfactual;

/// <summary>A counterfactual rule as it holds in one run.</summary>
/// <param name="Recipe">The run's recipe with the rule's values.</param>
/// <param name="Member">Which member the aggregation <c>single</c> takes, from 0.</param>
public sealed record RuleInForce(Recipe Recipe, int Member)
{
    /// <summary>Aggregates an ensemble's scores.</summary>
    /// <param name="members">(K)(B).</param>
    /// <remarks>
    /// <c>single</c> is the first member, so another one is put first; the other
    /// rules do not mind the order, but for rounding, and are given the log's.
    /// </remarks>
    public double[] Aggregate(float[][] members) =>
        RewardMeasurement.Of(Recipe.Reward, Member == 0 ? members : [members[Member], .. members]).Result;
}
