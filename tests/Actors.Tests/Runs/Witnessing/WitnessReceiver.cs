using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ActorRlhf.Actors.Tests.Runs.Witnessing;

/// <summary>A witness on a free port of this machine.</summary>
sealed class WitnessReceiver : IAsyncDisposable
{
    readonly WebApplication _web;
    readonly Channel<Request> _got = Channel.CreateUnbounded<Request>();
    int _requests;

    WitnessReceiver(WebApplication web) => _web = web;

    public Uri Url => new(new Uri(_web.Urls.First()), "/runs");

    /// <summary>Every request, whatever it was answered.</summary>
    /// <param name="Body">What it says.</param>
    /// <param name="Authorization">Its token.</param>
    public sealed record Request(string? ContentType, string Body, string? Authorization);

    /// <param name="answer">Answers the n-th request, from 0.</param>
    public static async Task<WitnessReceiver> StartAsync(Func<int, HttpContext, Task>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new WitnessReceiver(builder.Build());
        receiver._web.MapPost("/runs", async (HttpContext context) =>
        {
            using var body = new StreamReader(context.Request.Body);
            var got = new Request(context.Request.ContentType, await body.ReadToEndAsync(), context.Request.Headers.Authorization);
            await receiver._got.Writer.WriteAsync(got);
            if (answer is not null) await answer(receiver._requests++, context);
        });
        await receiver._web.StartAsync();
        return receiver;
    }

    /// <summary>The next request.</summary>
    public Task<Request> NextAsync() => _got.Reader.ReadAsync().AsTask().WaitAsync(RunsHost.Patience);

    /// <summary>The requests that nobody has asked for yet.</summary>
    public IEnumerable<Request> Rest()
    {
        while (_got.Reader.TryRead(out var request)) yield return request;
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();
}
