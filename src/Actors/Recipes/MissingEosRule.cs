namespace ActorRlhf.Actors.Recipes;

/// <summary>What the score of a completion without EOS becomes.</summary>
public enum MissingEosRule
{
    /// <summary><c>subtract</c>: score − penalty, as in TRL.</summary>
    Subtract,
    /// <summary><c>replace</c>: −penalty, as in Huang et al. 2024 (arXiv 2403.17031).</summary>
    Replace,
}
