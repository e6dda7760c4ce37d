namespace ActorRlhf.Actors.Recipes;

/// <summary>What happens when the past cannot be computed again, section <c>recovery</c>. It changes no weights.</summary>
public sealed record RecoveryRecipe
{
    /// <summary>What follows when a step that is executed again differs from the log. Default <see cref="DivergenceRule.Stop"/>.</summary>
    public DivergenceRule OnDivergence { get; init; } = DivergenceRule.Stop;
}
