using Microsoft.AspNetCore.Http;

namespace ActorRlhf.Host.Api;

/// <summary>Refuses what a page of another site asks a browser to send: this host has no pages elsewhere.</summary>
/// <param name="behindProxy">Whether requests come through a proxy, which a browser knows by <c>https</c>.</param>
sealed class ForeignOrigins(bool behindProxy)
{
    /// <summary>Middleware.</summary>
    public Task RefuseAsync(HttpContext context, RequestDelegate next)
    {
        var origin = context.Request.Headers.Origin;
        bool IsOwn(string scheme) =>
            origin is [{ } only] && string.Equals(only, $"{scheme}://{context.Request.Host}", StringComparison.OrdinalIgnoreCase);
        return origin.Count == 0 || IsOwn(context.Request.Scheme) || behindProxy && IsOwn(Uri.UriSchemeHttps)
            ? next(context)
            : Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "requests of other sites' pages are refused");
    }
}
