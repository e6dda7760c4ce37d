namespace ActorRlhf.Host.Api;

/// <summary>A host has a route of which nobody said who may use it: a mistake in the program, with which it does not start.</summary>
/// <param name="route">The route's pattern.</param>
sealed class OpenRouteException(string route)
    : Exception($"the route {route} has not exactly one of the scopes {string.Join(", ", Scopes.All)}: give it RequireAuthorization, "
        + $"or, where it shows nothing of the runs, name it in {nameof(ClosedDoors)}")
{
    /// <summary>The route's pattern.</summary>
    public string Route => route;
}
