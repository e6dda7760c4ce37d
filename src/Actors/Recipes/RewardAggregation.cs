namespace ActorRlhf.Actors.Recipes;

/// <summary>How the members' scores of one completion become one reward (Coste et al. 2023, arXiv 2310.02743).</summary>
public enum RewardAggregation
{
    /// <summary><c>single</c>: the first member alone.</summary>
    Single,
    /// <summary><c>mean</c>: the mean of the members.</summary>
    Mean,
    /// <summary><c>worst-case</c>: the smallest score, WCO.</summary>
    WorstCase,
    /// <summary><c>uncertainty-weighted</c>: mean − λ · population variance, UWO.</summary>
    UncertaintyWeighted,
}
