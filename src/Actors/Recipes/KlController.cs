namespace ActorRlhf.Actors.Recipes;

/// <summary>Whether the KL coefficient moves.</summary>
public enum KlController
{
    /// <summary><c>fixed</c>: it stays <c>kl.coefficient</c>.</summary>
    Fixed,
    /// <summary><c>adaptive</c>: it is steered towards <c>kl.target</c> (Ziegler et al. 2019, arXiv 1909.08593).</summary>
    Adaptive,
}
