using Microsoft.AspNetCore.Http;

namespace ActorRlhf.Host.Api;

/// <summary>Refuses what a page of another site asks a browser to send: this host has no pages elsewhere.</summary>
static class ForeignOrigins
{
    /// <summary>Middleware.</summary>
    public static Task RefuseAsync(HttpContext context, RequestDelegate next)
    {
        var origin = context.Request.Headers.Origin;
        var own = $"{context.Request.Scheme}://{context.Request.Host}";
        return origin.Count == 0 || origin is [{ } only] && string.Equals(only, own, StringComparison.OrdinalIgnoreCase)
            ? next(context)
            : Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "requests of other sites' pages are refused");
    }
}
