using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Host.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>New runs: of a recipe, of another run's past, of a failed run's recipe.</summary>
sealed class SubmitRoutes(Store store, RunSubmission queue, RecipeReach reach)
{
    const string Key = RunSubmission.KeyHeader;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/runs", SubmitAsync).Produces<RunLine>(StatusCodes.Status201Created)
            .As("submitRun", Scopes.Operate, "Puts a run into the queue");
        routes.MapPost("/v1/runs/{id}/fork", ForkAsync).Produces<RunLine>(StatusCodes.Status201Created)
            .As("forkRun", Scopes.Operate, "Puts a run into the queue that shares this one's past");
        routes.MapPost("/v1/runs/{id}/retry", RetryAsync).Produces<RunLine>(StatusCodes.Status201Created)
            .As("retryRun", Scopes.Operate, "Puts the recipe of a run that has ended otherwise than it should into the queue again");
    }

    Task<IResult> SubmitAsync(NewRunRequest body, HttpContext context, [FromHeader(Name = Key)] string? key, CancellationToken ct) =>
        QueueAsync(body.Recipe, body.Overrides(), body.Priority, context, key, ct);

    Task<IResult> RetryAsync(
        string id, RetryRequest? body, HttpContext context, [FromHeader(Name = Key)] string? key, CancellationToken ct)
    {
        var run = new RunReader(store).Open(id);
        if (run.State.Status is not (RunStatus.Failed or RunStatus.Stopped or RunStatus.Diverged))
            return Task.FromResult(Problems.Of(StatusCodes.Status409Conflict,
                $"run {run.Id} is {run.State.Status.ToString().ToLowerInvariant()}: only one that has failed, diverged or was stopped is "
                    + "tried again; to train the same once more, submit its recipe"));
        return QueueAsync(run.Recipe.ToYaml(), NewRunRequest.Seeded(body?.Seed), body?.Priority ?? 0, context, key, ct);
    }

    Task<IResult> QueueAsync(
        string text, IReadOnlyList<string> overrides, int priority, HttpContext context, string? key, CancellationToken ct)
    {
        var recipe = SubmittedRecipe.Read(text, overrides, reach);
        if (WorldCheck.Problems(recipe) is { Count: > 0 } problems)
            return Task.FromResult(Problems.Of(StatusCodes.Status400BadRequest, string.Join('\n', problems)));
        var run = queue.NewId(recipe.Name, key, context.TokenName());
        return queue.AddAsync(new LaunchRun(run, recipe.ToYaml()), recipe, priority, context.TokenName(), ct);
    }

    Task<IResult> ForkAsync(string id, ForkRequest body, HttpContext context, [FromHeader(Name = Key)] string? key, CancellationToken ct)
    {
        var parent = new RunReader(store).Open(id);
        var overrides = NewRunRequest.Override(body.Set);
        var recipe = ForkRecipe.Of(parent, body.Step, overrides);
        reach.ThrowUnlessOpen(recipe, parent.Recipe);
        var fork = new ForkRun(queue.NewId(recipe.Name, key, context.TokenName()), parent.Id.Value, body.Step, overrides);
        return queue.AddAsync(fork, recipe, body.Priority, context.TokenName(), ct);
    }
}
