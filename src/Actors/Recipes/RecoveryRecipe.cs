namespace ActorRlhf.Actors.Recipes;

/// <summary>How steps that are executed again after a loss are held against the log, section <c>recovery</c>. It changes no weights where the same build runs on the same type of CPU.</summary>
public sealed record RecoveryRecipe
{
    /// <summary>
    /// Largest difference from a number in the log, relative to the larger of both and 1, at which it still counts as equal, 0 to 1. 0, the default:
    /// every bit must agree. Otherwise the completions are taken from the log and not sampled again, since one other token would change everything after it.
    /// </summary>
    public double Tolerance { get; init; }
    /// <summary>What follows when a step differs. Default <see cref="DivergenceRule.Stop"/>.</summary>
    public DivergenceRule OnDivergence { get; init; } = DivergenceRule.Stop;
}
