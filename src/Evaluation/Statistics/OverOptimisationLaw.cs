namespace ActorRlhf.Evaluation.Statistics;

/// <summary>How the true reward R depends on the distance d = √KL(π‖π₀) from the reference.</summary>
public enum OverOptimisationLaw
{
    /// <summary><c>R(d) = d(α − βd)</c>: best-of-n.</summary>
    BestOfN,
    /// <summary><c>R(d) = d(α − β·log d)</c>: reinforcement learning.</summary>
    Rl,
}
