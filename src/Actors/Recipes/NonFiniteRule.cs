namespace ActorRlhf.Actors.Recipes;

/// <summary>What happens when a loss, gradient, reward or log-prob is NaN or infinite. The step is never applied.</summary>
public enum NonFiniteRule
{
    /// <summary><c>skip</c>: the run goes on with the next step.</summary>
    Skip,
    /// <summary><c>rollback</c>: the run goes back to the last checkpoint and goes on from there.</summary>
    Rollback,
    /// <summary><c>stop</c>: the run ends as failed and says which tensor it was.</summary>
    Stop,
}
