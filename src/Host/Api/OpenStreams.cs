using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ActorRlhf.Host.Api;

/// <summary>The streams of server-sent events that clients have open: so many at once, and none for a client that does not read.</summary>
/// <remarks>
/// Nothing is kept for a client but what its connection holds. One that has taken nothing for ten seconds is dropped, and one whose token
/// was revoked or has expired, too. Any number of threads may use it.
/// </remarks>
/// <param name="tokens">The host's.</param>
/// <param name="log">Told of clients that were dropped.</param>
sealed class OpenStreams(HostTokens tokens, ILogger<OpenStreams> log)
{
    /// <summary>Most at once.</summary>
    public const int Most = 300;

    int _open, _dropped;

    /// <summary>How many are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>How many were dropped because nobody read them.</summary>
    public int Dropped => Volatile.Read(ref _dropped);

    /// <summary>Serves a stream until its client goes, is too slow, or may no longer, or the host stops.</summary>
    /// <param name="context">The request; nothing was answered yet.</param>
    /// <param name="stopping">When the host stops.</param>
    /// <param name="send">Sends events, for ever.</param>
    public async Task ServeAsync(HttpContext context, CancellationToken stopping, Func<SentEvents, CancellationToken, Task> send)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > Most)
            {
                await Problems.WriteAsync(context, StatusCodes.Status429TooManyRequests,
                    FormattableString.Invariant($"{Most} streams are open, and no more are served at once: close some, or ask later"))
                    .ConfigureAwait(false);
                return;
            }
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-cache";
            var token = BearerTokens.TokenOf(context.Request);
            var events = new SentEvents(context.Response, () => tokens.Find(token) is not null);
            await events.BeginAsync(ending.Token).ConfigureAwait(false);
            await send(events, ending.Token).ConfigureAwait(false);
        }
        catch (StreamNotReadException slow)
        {
            Interlocked.Increment(ref _dropped);
            log.LogWarning("A stream of {Path} was dropped: {Reason}", context.Request.Path, slow.Message);
            context.Abort();
        }
        catch (OperationCanceledException) { context.Abort(); } // the client went, its token was revoked, or the host stops
        finally { Interlocked.Decrement(ref _open); }
    }
}
