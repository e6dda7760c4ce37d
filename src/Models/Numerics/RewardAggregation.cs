namespace ActorRlhf.Models.Numerics;

/// <summary>How the scores of an ensemble of reward models become one.</summary>
/// <remarks>Source: Coste et al. 2024 (arXiv 2310.02743), section 3.</remarks>
public enum RewardAggregation
{
    /// <summary>The first member alone.</summary>
    Single,
    /// <summary>The mean.</summary>
    Mean,
    /// <summary>WCO: the smallest member.</summary>
    WorstCase,
    /// <summary>UWO: mean − λ · population variance.</summary>
    UncertaintyWeighted,
}

/// <summary>Aggregates member scores, float64.</summary>
public static class RewardEnsembleScore
{
    /// <summary>One sample's score.</summary>
    /// <param name="rule">The rule in force.</param>
    /// <param name="members">(K) scores of the members.</param>
    /// <param name="lambda">λ of <see cref="RewardAggregation.UncertaintyWeighted"/>; not used otherwise.</param>
    public static double Aggregate(RewardAggregation rule, ReadOnlySpan<double> members, double lambda)
    {
        switch (rule)
        {
            case RewardAggregation.Single: return members[0];
            case RewardAggregation.Mean: return Mean(members);
            case RewardAggregation.WorstCase:
                var least = members[0];
                foreach (var score in members) least = Math.Min(least, score);
                return least;
            case RewardAggregation.UncertaintyWeighted: return Mean(members) - lambda * PopulationVariance(members);
            default: throw new ArgumentOutOfRangeException(nameof(rule), rule, "an aggregation rule");
        }
    }

    /// <summary>The variance of the members with denominator K.</summary>
    public static double PopulationVariance(ReadOnlySpan<double> members)
    {
        var mean = Mean(members);
        var sum = 0.0;
        foreach (var score in members) sum += (score - mean) * (score - mean);
        return sum / members.Length;
    }

    static double Mean(ReadOnlySpan<double> members)
    {
        var sum = 0.0;
        foreach (var score in members) sum += score;
        return sum / members.Length;
    }
}
