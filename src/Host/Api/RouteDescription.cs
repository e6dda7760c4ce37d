using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ActorRlhf.Host.Api;

/// <summary>What every route says of itself; the document of the API is made of it.</summary>
static class RouteDescription
{
    /// <summary>Names a route, and closes it.</summary>
    /// <param name="route">The route.</param>
    /// <param name="name">Its <c>operationId</c>, by which generated clients call it.</param>
    /// <param name="scope">Which of <see cref="Scopes"/> a token needs for it.</param>
    /// <param name="summary">What it does, in one line.</param>
    public static RouteHandlerBuilder As(this RouteHandlerBuilder route, string name, string scope, string summary) =>
        route.WithName(name).RequireAuthorization(scope).WithSummary(summary);
}
