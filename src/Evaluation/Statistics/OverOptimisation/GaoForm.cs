namespace ActorRlhf.Evaluation.Statistics.OverOptimisation;

/// <summary>The shapes that the gold score was found to take over the distance d = √KL(π‖πref) from the reference.</summary>
/// <remarks>Source: Gao, Schulman and Hilton 2022 (arXiv 2210.10760), equations 1 and 2.</remarks>
public enum GaoForm
{
    /// <summary>Reinforcement learning: R(d) = d(α − β·ln d), highest at d = e^(α/β − 1).</summary>
    Reinforcement,

    /// <summary>Best-of-n sampling: R(d) = d(α − β·d), highest at d = α/2β.</summary>
    BestOfN,
}
