using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using ActorRlhf.Host.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace ActorRlhf.Host.Serving;

/// <summary>What a host spends on requests at most: connections, bytes, time, and how often one token may ask.</summary>
static class Limits
{
    const long MostBody = 1 << 20;                    // a recipe's text is allowed no more either
    const int MostConnections = 400;                  // 300 streams and those who poll beside them
    const int MostSent = 64 * 1024;                   // of an answer that a client does not read, in the operating system
    const double LeastBytesPerSecond = 240;
    static readonly TimeSpan s_headers = TimeSpan.FromSeconds(10), s_grace = TimeSpan.FromSeconds(5), s_request = TimeSpan.FromSeconds(30);

    /// <summary>Sets those of the web server.</summary>
    public static void AddTo(IWebHostBuilder web) => web
        .ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBody;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = s_headers;
            kestrel.Limits.MinRequestBodyDataRate = kestrel.Limits.MinResponseDataRate =
                new MinDataRate(LeastBytesPerSecond, s_grace);
        })
        // Left to itself a connection takes megabytes for a client that does not read, and there may be hundreds.
        .UseSockets(sockets => sockets.CreateBoundListenSocket = address =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(address);
            if (address is IPEndPoint) socket.SendBufferSize = MostSent;
            return socket;
        });

    /// <summary>Adds those of the requests.</summary>
    /// <param name="rates">How often a token may ask.</param>
    public static void AddTo(IServiceCollection services, RateLimits rates)
    {
        services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = s_request,
            WriteTimeoutResponse = context => Problems.WriteAsync(context, StatusCodes.Status504GatewayTimeout,
                FormattableString.Invariant($"the host was not done with this within {s_request.TotalSeconds} s")),
        });
        services.AddRateLimiter(limiter =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, (string Token, bool Reads)>(context =>
                // Whoever has no token is refused, which costs less than counting would.
                context.User.Identity?.Name is { } name
                    ? RateLimitPartition.GetTokenBucketLimiter(
                        (name, HttpMethods.IsGet(context.Request.Method)), who => Bucket(rates, who.Item2))
                    : RateLimitPartition.GetNoLimiter(("", true)));
            limiter.OnRejected = async (rejected, _) =>
            {
                var pause = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : rates.Period;
                var seconds = Math.Max(1, (long)Math.Ceiling(pause.TotalSeconds));
                rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
                await Problems.WriteAsync(rejected.HttpContext, StatusCodes.Status429TooManyRequests, string.Create(
                    CultureInfo.InvariantCulture, $"this token asks too often: come back in {seconds} s")).ConfigureAwait(false);
            };
        });
    }

    static TokenBucketRateLimiterOptions Bucket(RateLimits rates, bool reads) => new()
    {
        TokenLimit = reads ? rates.ReadBurst : rates.WriteBurst,
        TokensPerPeriod = reads ? rates.Reads : rates.Writes,
        ReplenishmentPeriod = rates.Period,
        QueueLimit = 0,
    };
}
