using Microsoft.AspNetCore.Http;

namespace ActorRlhf.Host.Api;

/// <summary>
/// Ends requests that are under way when the host stops: a client that reads an archive slowly would hold it up for half a minute.
/// </summary>
/// <param name="stopping">When the host stops.</param>
sealed class UnendingRequests(CancellationToken stopping)
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>The middleware.</summary>
    public async Task EndAsync(HttpContext context, RequestDelegate next)
    {
        using var late = new CancellationTokenSource();
        // Each is unregistered before the context serves another request.
        await using var aborting = late.Token.Register(context.Abort);
        await using var ending = stopping.Register(() => late.CancelAfter(s_patience));
        await next(context).ConfigureAwait(false);
    }
}
