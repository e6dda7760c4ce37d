using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>Events as server-sent events, as they become durable: of one run, or of all.</summary>
/// <remarks>
/// What is sent is read from the journal, never from news: those only say that it is time to look, so a client misses nothing and gets
/// nothing twice.
/// </remarks>
/// <param name="store">Where runs are kept.</param>
/// <param name="runs">Those of this host.</param>
/// <param name="open">Serves the streams.</param>
/// <param name="stopping">When the host stops, streams end.</param>
sealed class StreamRoutes(Store store, Lazy<RunSystem> runs, OpenStreams open, CancellationToken stopping)
{
    const string EventStream = "text/event-stream", LastEvent = "Last-Event-ID";
    const int AtOnce = 64;                            // events that are held while a client does not read on
    static readonly TimeSpan s_lookAtAll = TimeSpan.FromMilliseconds(500);

    readonly FollowedRuns _followed = new(store, runs);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/runs/{id}/stream", (string id, [FromHeader(Name = LastEvent)] string? last, HttpContext context) =>
            {
                var (run, position) = (new RunReader(store).Open(id), StreamPosition.Parse(last));
                return open.ServeAsync(context, stopping, (events, ct) => SendAsync(run, position, events, ct));
            })
            .As("streamRun", Scopes.Read, "Both streams of a run as server-sent events; Last-Event-ID goes on behind it")
            .Produces(StatusCodes.Status200OK, contentType: EventStream).DisableRequestTimeout();
        routes.MapGet("/v1/stream", (string? from, [FromHeader(Name = LastEvent)] string? last, HttpContext context) =>
            {
                var place = JournalPlace.Parse(string.IsNullOrEmpty(last) ? from : last, new JournalOrder(store.Journal).Last());
                return open.ServeAsync(context, stopping, (events, ct) => SendAllAsync(place, events, ct));
            })
            .As("streamRuns", Scopes.Read,
                "The events of all runs from now on, or from=start, as server-sent events; Last-Event-ID goes on behind it")
            .Produces(StatusCodes.Status200OK, contentType: EventStream).DisableRequestTimeout();
    }

    async Task SendAsync(RunRecord run, StreamPosition position, SentEvents events, CancellationToken ct)
    {
        var followed = _followed.Join(run);
        try
        {
            for (; ; )
            {
                var next = followed.NextAsync();
                var found = followed.After(position);
                if (found.Count > 0)
                {
                    await events.SendAsync(found.Select(one => (one.Position.ToString(), one.Event)), ct).ConfigureAwait(false);
                    position = found[^1].Position;
                }
                else if (await next.WaitAsync(ct).ConfigureAwait(false) is { } progress)
                    await events.SendAsync(null, "progress", progress.Progress, ct).ConfigureAwait(false);
                else await events.IdleAsync(ct).ConfigureAwait(false);
            }
        }
        finally { await _followed.LeaveAsync(run.Id).ConfigureAwait(false); }
    }

    async Task SendAllAsync(JournalPlace place, SentEvents events, CancellationToken ct)
    {
        var journal = new JournalOrder(store.Journal);
        using var timer = new PeriodicTimer(s_lookAtAll);
        for (; ; )
        {
            var found = journal.After(place.Ordering, AtOnce, TimeProvider.System.GetUtcNow());
            foreach (var (ordering, read) in found)
            {
                place = new JournalPlace(ordering);
                if (RunId.OfStream(read.Stream) is not { } run) continue;
                var line = new EventLine(
                    read.Sequence, EventNames.Of(read.Manifest), read.Envelope.Time.UtcDateTime, read.Hash, read.Event,
                    read.Stream == run.TrainingStream ? Training : Evaluations, run.Value);
                await SendAsync(place.ToString(), read, line, events, ct).ConfigureAwait(false);
            }
            if (found.Count == AtOnce) continue;
            await events.IdleAsync(ct).ConfigureAwait(false);
            await timer.WaitForNextTickAsync(ct).ConfigureAwait(false);
        }
    }

    const string Training = "training", Evaluations = "evaluations";

    static Task SendAsync(string id, ReadEvent read, EventLine line, SentEvents events, CancellationToken ct) =>
        events.SendAsync(id, EventNames.Of(read.Manifest), line, ct);
}
