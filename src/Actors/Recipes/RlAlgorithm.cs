namespace ActorRlhf.Actors.Recipes;

/// <summary>How the policy is improved.</summary>
public enum RlAlgorithm
{
    /// <summary><c>ppo</c>: proximal policy optimisation with a critic (Schulman et al. 2017, arXiv 1707.06347).</summary>
    Ppo,
}
