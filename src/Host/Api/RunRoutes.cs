using System.Security.Cryptography;
using System.Text;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Failures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>Runs: submitted, listed, shown, and told what to do.</summary>
sealed class RunRoutes(Store store, Lazy<RunSystem> runs, RunLines lines, string? files)
{
    const string Runs = "/v1/runs", Run = Runs + "/{id}";
    const int MostListed = 1000;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Runs, SubmitNewAsync).RequireAuthorization(Scopes.Operate)
            .WithSummary("Puts a run into the queue").Produces<RunLine>(StatusCodes.Status201Created);
        routes.MapGet(Runs, List).RequireAuthorization(Scopes.Read)
            .WithSummary("The runs, newest first").Produces<Page<RunLine>>();
        routes.MapGet(Run, ShowAsync).RequireAuthorization(Scopes.Read)
            .WithSummary("One run, with recipe, last metrics and checkpoints").Produces<RunDetails>();
        routes.MapPost(Run + "/pause", (string id, CommandRequest? body, HttpContext context, CancellationToken ct) =>
                TellAsync(id, new PauseRun(Reason(body, context)), ct))
            .RequireAuthorization(Scopes.Operate).WithSummary("Pauses a run; only a person resumes it").Produces<RunLine>();
        routes.MapPost(Run + "/resume", (string id, CommandRequest? body, HttpContext context, CancellationToken ct) =>
                TellAsync(id, new ResumeRun(Reason(body, context), body?.AcceptBuild is true ? RunFacts.Build : null), ct))
            .RequireAuthorization(Scopes.Operate).WithSummary("Lets a paused run go on, or one that is held be tried again")
            .Produces<RunLine>();
        routes.MapPost(Run + "/stop", (string id, CommandRequest? body, HttpContext context, CancellationToken ct) =>
                TellAsync(id, new StopRun(Reason(body, context)), ct))
            .RequireAuthorization(Scopes.Operate).WithSummary("Ends a run for good").Produces<RunLine>();
        routes.MapPost(Run + "/fork", ForkAsync).RequireAuthorization(Scopes.Operate)
            .WithSummary("Puts a run into the queue that shares this one's past").Produces<RunLine>(StatusCodes.Status201Created);
    }

    Task<IResult> SubmitNewAsync(
        NewRunRequest body, HttpContext context, [FromHeader(Name = "Idempotency-Key")] string? key, CancellationToken ct)
    {
        var recipe = SubmittedRecipe.Read(body.Recipe, body.Overrides(), files);
        if (WorldCheck.Problems(recipe) is { Count: > 0 } problems)
            return Task.FromResult(Problems.Of(StatusCodes.Status400BadRequest, string.Join('\n', problems)));
        var run = NewId(recipe.Name, key, context);
        return SubmitAsync(new LaunchRun(run, recipe.ToYaml()), recipe, body.Priority, context, ct);
    }

    Task<IResult> ForkAsync(
        string id, ForkRequest body, HttpContext context, [FromHeader(Name = "Idempotency-Key")] string? key, CancellationToken ct)
    {
        var parent = new RunReader(store).Open(id);
        var overrides = NewRunRequest.Override(body.Set);
        var recipe = ForkRecipe.Of(parent, body.Step, overrides);
        var fork = new ForkRun(NewId(recipe.Name, key, context), parent.Id.Value, body.Step, overrides);
        return SubmitAsync(fork, recipe, body.Priority, context, ct);
    }

    async Task<IResult> SubmitAsync(BeginRun wanted, Recipe recipe, int priority, HttpContext context, CancellationToken ct)
    {
        // Whoever repeats a request that was carried out gets the same answer, in another process too: the key is in the id.
        if (Repeated(wanted.Run, recipe) is { } earlier) return earlier;
        var reply = await runs.Value.SubmitAsync(new SubmitRun(wanted, Name(context), priority), ct).ConfigureAwait(false);
        return reply is Submitted submitted ? Created(RunLine.Of(submitted.Run)) : Repeated(wanted.Run, recipe) ?? Problems.Of(reply);
    }

    IResult? Repeated(RunId run, Recipe recipe)
    {
        var reader = new RunReader(store);
        if (store.IsNew || !reader.Runs().Contains(run)) return null;
        var there = reader.Read(run);
        // Where it starts from another run's policy, the log has that run's whole id.
        var asked = RecipeReader.Parse(there.State.Beginning!.Recipe, run.Value, checkPaths: false);
        var same = RecipeKeys.All.All(key => key.Name == "policy.path" || key.Value(asked) == key.Value(recipe));
        return same
            ? Created(RunLine.Of(there))
            : Problems.Of(StatusCodes.Status422UnprocessableEntity,
                $"the Idempotency-Key was used before, for run {run} of another recipe: use another key for another run");
    }

    static IResult Created(RunLine line) => Results.Created($"{Runs}/{line.Run}", line);

    RunId NewId(string recipe, string? key, HttpContext context)
    {
        if (string.IsNullOrEmpty(key)) return new RunReader(store).NewId(TimeProvider.System, recipe);
        const int digits = 16;                        // 64 bits: two keys of one token do not meet
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{Name(context)}\n{key}"));
        return RunId.Keyed(recipe, Convert.ToHexStringLower(digest)[..digits]);
    }

    Page<RunLine> List(string? state, string? recipe, string? text, string? after, int? limit)
    {
        var most = Math.Clamp(limit ?? 100, 1, MostListed);
        RunLine[] found = [.. lines.All()
            .Where(run => (state is null || run.State == state) && (recipe is null || run.Recipe == recipe)
                && (text is null || run.Run.Contains(text, StringComparison.OrdinalIgnoreCase)
                    || run.Recipe.Contains(text, StringComparison.OrdinalIgnoreCase)))];
        var from = after is null ? 0 : Array.FindIndex(found, run => run.Run == after) + 1;
        if (after is not null && from == 0) throw new QueryException("after", after, "a run of this list");
        var end = Math.Min(from + most, found.Length);
        return new Page<RunLine>(found[from..end], end < found.Length ? found[end - 1].Run : null);
    }

    async Task<IResult> ShowAsync(string id, CancellationToken ct)
    {
        var run = new RunReader(store).Open(id);
        var schedule = await runs.Value.ScheduleAsync(ct).ConfigureAwait(false);
        return Results.Json(ServedRun.Of(RunDetails.Read(run), run.Id, schedule));
    }

    async Task<IResult> TellAsync(string id, RunCommand command, CancellationToken ct)
    {
        var run = new RunReader(store).Choose(id);
        var reply = await runs.Value.CommandAsync(run, command, ct).ConfigureAwait(false);
        return reply is RunView ? Results.Ok(lines.Of(run)) : Problems.Of(reply);
    }

    static string Name(HttpContext context) => context.User.Identity!.Name!;

    static string Reason(CommandRequest? body, HttpContext context) =>
        body?.Reason is { Length: > 0 } reason ? $"{Name(context)}: {reason}" : Name(context);
}
