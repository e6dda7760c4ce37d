using ActorRlhf.Actors.Runs.Comparing;

namespace ActorRlhf.Host.Contracts;

/// <summary>The object of <c>compare --json</c>.</summary>
/// <param name="Runs">The lines of <c>runs</c>, in the order in which they were named.</param>
/// <param name="Recipe">Keys in which the recipes differ.</param>
/// <param name="ByStep">Metrics at equal step.</param>
/// <param name="ByDistance">Held-out metrics at equal √KL.</param>
sealed record Comparison(
    IReadOnlyList<RunLine> Runs, IReadOnlyList<RecipeDifference> Recipe,
    IReadOnlyList<ComparedStep> ByStep, IReadOnlyList<ComparedDistance> ByDistance);
