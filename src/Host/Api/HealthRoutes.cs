using ActorRlhf.Actors.Live.Supervision;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>Whether the process lives, which anybody may ask, and whether it can do its work.</summary>
/// <param name="runs">The runs.</param>
/// <param name="problem">Why the host cannot work although its journal does; null where it can.</param>
sealed class HealthRoutes(Lazy<RunSystem> runs, Func<string?> problem)
{
    /// <summary>The one route that needs no token.</summary>
    public const string Live = "/health/live";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Live, () => new HealthLine("live")).AllowAnonymous().DisableRateLimiting()
            .WithName("live").WithSummary("Whether the process lives");
        routes.MapGet("/health/ready", ReadyAsync).Produces<HealthLine>()
            .As("ready", Scopes.Read, "Whether the journal takes events and the disk has room");
        routes.MapGet("/v1/schedule", ScheduleAsync)
            .As("schedule", Scopes.Read, "At which runs the host works, which come next, and which are held");
    }

    async Task<IResult> ReadyAsync(CancellationToken ct)
    {
        var readiness = await runs.Value.JournalAsync(ct).ConfigureAwait(false);
        var reason = readiness.Ready ? problem() : readiness.Reason ?? "the journal has not answered yet";
        return reason is null ? Results.Ok(new HealthLine("ready")) : Problems.Of(StatusCodes.Status503ServiceUnavailable, reason);
    }

    async Task<ScheduleLine> ScheduleAsync(CancellationToken ct)
    {
        var schedule = await runs.Value.ScheduleAsync(ct).ConfigureAwait(false);
        return new ScheduleLine(
            schedule.Most, [.. schedule.Active.Select(run => run.Value)], [.. schedule.Waiting.Select(run => run.Value)],
            schedule.Held.ToDictionary(one => one.Key.Value, one => one.Value), schedule.Rest ?? schedule.Closed ?? schedule.Short);
    }

    /// <summary>The object of <c>/health</c>.</summary>
    /// <param name="Status"><c>live</c> or <c>ready</c>.</param>
    sealed record HealthLine(string Status);

    /// <summary>The object of <c>/v1/schedule</c>.</summary>
    /// <param name="Concurrent">Most runs at once.</param>
    /// <param name="Active">Those that somebody works at.</param>
    /// <param name="Waiting">Those that come next, in their order.</param>
    /// <param name="Held">Those that cannot go on, and why.</param>
    /// <param name="WaitsFor">Why the next one does not begin although there is a place; null where it does.</param>
    sealed record ScheduleLine(
        int Concurrent, IReadOnlyList<string> Active, IReadOnlyList<string> Waiting, IReadOnlyDictionary<string, string> Held,
        string? WaitsFor);
}
