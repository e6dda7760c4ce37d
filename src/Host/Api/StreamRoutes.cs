using System.Text.Json;
using System.Threading.Channels;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>A run's events as server-sent events, as they become durable.</summary>
/// <remarks>
/// What is sent is read from the journal, never from news: those only say that it is time to look, so a client misses nothing and gets
/// nothing twice. Whoever does not read for ten seconds is dropped; nothing is kept for it.
/// </remarks>
sealed class StreamRoutes(Store store, Lazy<RunSystem> runs)
{
    static readonly TimeSpan s_look = TimeSpan.FromSeconds(1), s_patience = TimeSpan.FromSeconds(10);
    static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(15);

    /// <summary>Adds the routes.</summary>
    /// <param name="stopping">When the host stops, streams end.</param>
    public void Map(IEndpointRouteBuilder routes, CancellationToken stopping) =>
        routes.MapGet("/v1/runs/{id}/stream", async (string id, HttpContext context) =>
            {
                using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
                try { await SendAsync(id, context, ending.Token).ConfigureAwait(false); }
                catch (OperationCanceledException) { context.Abort(); } // the client went, was too slow, or the host stops
            })
            .RequireAuthorization(Scopes.Read)
            .WithSummary("Both streams of a run as server-sent events; Last-Event-ID goes on behind it")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream");

    async Task SendAsync(string id, HttpContext context, CancellationToken ct)
    {
        var run = new RunReader(store).Open(id);
        var position = StreamPosition.Parse(context.Request.Headers["Last-Event-ID"].ToString());
        await using var feed = await runs.Value.FollowAsync(run.Id).ConfigureAwait(false);
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        await context.Response.StartAsync(ct).ConfigureAwait(false);
        var silentSince = TimeProvider.System.GetTimestamp();
        for (; ; )
        {
            var before = position;
            position = await SendNewAsync(context.Response, run, position, ct).ConfigureAwait(false);
            var progress = await NextAsync(feed.News, ct).ConfigureAwait(false);
            if (progress is not null)
                await WriteAsync(context.Response, $"event: progress\ndata: {Json(progress.Progress)}\n\n", ct).ConfigureAwait(false);
            else if (position == before && TimeProvider.System.GetElapsedTime(silentSince) > s_keepAlive)
                await WriteAsync(context.Response, ": still here\n\n", ct).ConfigureAwait(false);
            else if (position == before) continue;
            silentSince = TimeProvider.System.GetTimestamp();
        }
    }

    async Task<StreamPosition> SendNewAsync(HttpResponse response, RunRecord run, StreamPosition position, CancellationToken ct)
    {
        foreach (var read in store.Journal.Read(run.Id.TrainingStream, position.Training))
        {
            position = position with { Training = read.Sequence };
            await SendAsync(response, read, run, position, ct).ConfigureAwait(false);
        }
        foreach (var read in store.Journal.Read(run.Id.EvaluationStream, position.Evaluations))
        {
            position = position with { Evaluations = read.Sequence };
            await SendAsync(response, read, run, position, ct).ConfigureAwait(false);
        }
        return position;
    }

    static Task SendAsync(HttpResponse response, ReadEvent read, RunRecord run, StreamPosition position, CancellationToken ct)
    {
        var stream = read.Stream == run.Id.TrainingStream ? "training" : "evaluations";
        return WriteAsync(response,
            $"id: {position}\nevent: {EventNames.Of(read.Manifest)}\ndata: {Json(EventLine.Of(read, run, stream))}\n\n", ct);
    }

    static async Task WriteAsync(HttpResponse response, string text, CancellationToken ct)
    {
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(ct);
        hurry.CancelAfter(s_patience);
        await response.WriteAsync(text, hurry.Token).ConfigureAwait(false);
        await response.Body.FlushAsync(hurry.Token).ConfigureAwait(false);
    }

    /// <summary>Waits until it is time to look again; of what was said meanwhile the last progress, null for none.</summary>
    static async Task<RunProgress?> NextAsync(ChannelReader<object> news, CancellationToken ct)
    {
        using var look = CancellationTokenSource.CreateLinkedTokenSource(ct);
        look.CancelAfter(s_look);
        RunProgress? progress = null;
        try
        {
            await news.WaitToReadAsync(look.Token).ConfigureAwait(false);
            while (news.TryRead(out var one)) progress = one as RunProgress ?? progress;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested) { }
        return progress;
    }

    static string Json<T>(T value) => JsonSerializer.Serialize(value, EventJson.Format);
}
