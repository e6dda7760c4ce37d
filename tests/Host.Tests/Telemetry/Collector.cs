using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ActorRlhf.Host.Tests.Telemetry;

/// <summary>A small OTLP receiver on a free port, http/protobuf: keeps what it gets.</summary>
sealed class Collector : IAsyncDisposable
{
    readonly WebApplication _web;
    readonly ConcurrentBag<(string Path, ProtobufMessage Message)> _got = [];

    Collector(WebApplication web) => _web = web;

    public Uri Address => new(_web.Urls.First());

    /// <summary>The spans of all requests: name, id, parent's id.</summary>
    public IReadOnlyList<(string Name, string Id, string Parent, ProtobufMessage Span)> Spans =>
        [.. Got("/v1/traces").SelectMany(message => message.Below(1, 2, 2)).Select(span => (span.Text(5), span.Hex(2), span.Hex(4), span))];

    public IReadOnlyList<string> Metrics =>
        [.. Got("/v1/metrics").SelectMany(message => message.Below(1, 2, 2)).Select(metric => metric.Text(1)).Distinct()];

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new Collector(builder.Build());
        collector._web.MapPost("/{**path}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            collector._got.Add((context.Request.Path, new ProtobufMessage(body.ToArray())));
        });
        await collector._web.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    IEnumerable<ProtobufMessage> Got(string path) => _got.Where(one => one.Path == path).Select(one => one.Message);
}
