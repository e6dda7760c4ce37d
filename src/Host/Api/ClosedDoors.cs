using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>Every route says which scope it needs, but for those that are named here.</summary>
static class ClosedDoors
{
    /// <summary>What anybody may ask for: whether the process lives, and the reference's page, which shows nothing of the runs.</summary>
    public static readonly string[] Open = [HealthRoutes.Live, .. ReferencePage.Routes];

    /// <summary>Looks at all routes that a host has.</summary>
    /// <exception cref="OpenRouteException">One of them says nothing, or lets anybody in although it is not named here.</exception>
    public static void ThrowUnlessClosed(IEnumerable<Endpoint> endpoints)
    {
        foreach (var route in endpoints.OfType<RouteEndpoint>())
        {
            var path = PathOf(route);
            var policies = route.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(one => one.Policy).ToArray();
            var isOpen = route.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            var isClosed = !isOpen && policies is [{ } only] && Scopes.All.Contains(only);
            if (!isClosed && !(isOpen && Open.Contains(path))) throw new OpenRouteException(path);
        }
    }

    /// <summary>A route's pattern, from the root.</summary>
    public static string PathOf(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.TrimStart('/');
}
