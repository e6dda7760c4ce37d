using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>Runs: listed, shown, told what to do, deleted.</summary>
sealed class RunRoutes(Store store, Lazy<RunSystem> runs, RunLines lines)
{
    const string Run = "/v1/runs/{id}";

    readonly ShownRuns _shown = new(store);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/runs", ([AsParameters] RunQuery query) => query.In(lines.All())).Produces<Page<RunLine>>()
            .As("runs", Scopes.Read, "The runs, newest first unless sort says otherwise");
        routes.MapGet(Run, ShowAsync).Produces<ServedRun>().As("run", Scopes.Read, "One run, with recipe, last metrics and checkpoints");
        routes.MapPost(Run + "/pause", (string id, CommandRequest? body, HttpContext context, CancellationToken ct) =>
                TellAsync(id, new PauseRun(Reason(body, context)), ct))
            .Produces<RunLine>().As("pauseRun", Scopes.Operate, "Pauses a run; only a person resumes it");
        routes.MapPost(Run + "/resume", (string id, CommandRequest? body, HttpContext context, CancellationToken ct) =>
                TellAsync(id, new ResumeRun(Reason(body, context), body?.AcceptBuild is true ? RunFacts.Build : null), ct))
            .Produces<RunLine>().As("resumeRun", Scopes.Operate, "Lets a paused run go on, or one that is held be tried again");
        routes.MapPost(Run + "/stop", (string id, CommandRequest? body, HttpContext context, CancellationToken ct) =>
                TellAsync(id, new StopRun(Reason(body, context)), ct))
            .Produces<RunLine>().As("stopRun", Scopes.Operate, "Ends a run for good");
        routes.MapDelete(Run, DeleteAsync).Produces<DeletionResult>().As("deleteRun", Scopes.Admin,
            "Deletes a run, by its whole id, with what it alone needs; force also one that has not ended");
    }

    async Task<IResult> ShowAsync(string id, CancellationToken ct)
    {
        var (run, details) = _shown.Of(id);
        return Results.Json(ServedRun.Of(details, run, await runs.Value.ScheduleAsync(ct).ConfigureAwait(false)));
    }

    async Task<IResult> TellAsync(string id, RunCommand command, CancellationToken ct)
    {
        var run = new RunReader(store).Choose(id);
        var reply = await runs.Value.CommandAsync(run, command, ct).ConfigureAwait(false);
        return reply is RunView ? Results.Ok(lines.Of(run)) : Problems.Of(reply);
    }

    async Task<IResult> DeleteAsync(string id, HttpContext context, CancellationToken ct, string? reason = null, bool force = false)
    {
        // Not the beginning of an id: what one letter means changes with every new run.
        if (!RunId.TryParse(id, out var run)) throw new RunNotFoundException(id, store.Place);
        var asked = new DeleteRun(run, force, reason ?? "no reason given", context.TokenName());
        var reply = await runs.Value.DeleteAsync(asked, ct).ConfigureAwait(false);
        _shown.Forget(run);
        return reply is DeletionResult deleted ? Results.Ok(deleted) : Problems.Of(reply);
    }

    static string Reason(CommandRequest? body, HttpContext context) =>
        body?.Reason is { Length: > 0 } reason ? $"{context.TokenName()}: {reason}" : context.TokenName();
}
