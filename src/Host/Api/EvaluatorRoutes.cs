using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Host.Reading;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>Evaluators: brought, listed, removed, tried; and the logs of runs judged by them.</summary>
/// <param name="store">Where runs are kept.</param>
/// <param name="evaluators">Those that can be asked.</param>
/// <param name="backFills">Lets them judge logs.</param>
/// <param name="quarantine">Ends quarantines.</param>
/// <param name="jobs">Those of this host.</param>
sealed class EvaluatorRoutes(Store store, InjectedEvaluators evaluators, BackFills backFills, QuarantineRelease quarantine, Jobs jobs)
{
    const string Path = "/v1/evaluators", One = Path + "/{id}";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, InjectAsync).Produces<EvaluatorLine>(StatusCodes.Status201Created)
            .As("injectEvaluator", Scopes.Inject, "Brings an evaluator: runs ask it from their next evaluation on")
            .DisableRequestTimeout();                 // its own deadline says how long it may take to say what it is
        routes.MapGet(Path, (bool? all) => new Page<EvaluatorLine>([.. evaluators.Registry.All()
                .Where(one => all is true || one.Removed is null).Select(EvaluatorLine.Of)], null))
            .Produces<Page<EvaluatorLine>>().As("evaluators", Scopes.Read, "The evaluators that were brought; all=true also former ones");
        routes.MapGet(One, (string id) => EvaluatorLine.Of(Find(id))).Produces<EvaluatorLine>()
            .As("evaluator", Scopes.Read, "One evaluator that was brought, in the version that is asked");
        routes.MapDelete(One, async (string id, HttpContext context) => EvaluatorLine.Of(
                await evaluators.RemoveAsync(id, context.TokenName()).ConfigureAwait(false) ?? throw new EvaluatorUnknownException(id)))
            .Produces<EvaluatorLine>()
            .As("removeEvaluator", Scopes.Inject, "Removes an evaluator: it is asked no more, and what it said stays");
        routes.MapPost(Path + "/trials", TryAsync).Produces<EvaluatorTrialLine>()
            .As("tryEvaluator", Scopes.Inject, "Lets an evaluator judge ten completions of a run, and brings nothing")
            .DisableRequestTimeout();
        routes.MapPost("/v1/runs/{id}/evaluations", Evaluate).Produces<JobLine>(StatusCodes.Status202Accepted)
            .As("evaluateRun", Scopes.Operate, "Lets an evaluator judge what a run's log has; a job, gone on with by the next host");
        routes.MapPost("/v1/runs/{id}/evaluators/{evaluator}/release",
                (string id, string evaluator, HttpContext context, CancellationToken ct) =>
                    quarantine.RunAsync(new RunReader(store).Open(id), evaluator, context.TokenName(), ct))
            .Produces<ReleaseLine>()
            .As("releaseEvaluator", Scopes.Inject, "Ends the quarantine of an evaluator that failed three times in a row");
    }

    /// <summary>Goes on with what a former host left.</summary>
    public void Resume()
    {
        foreach (var open in evaluators.Registry.Open()) Begin(open, "host");
    }

    async Task<IResult> InjectAsync(EvaluatorRequest body, HttpContext context, CancellationToken ct)
    {
        var reader = new RunReader(store);
        RunId[] runs = [.. (body.Runs ?? []).Select(reader.Choose)];
        var brought = await evaluators.InjectAsync(body.ToWanted(), runs, context.TokenName(), ct).ConfigureAwait(false);
        if (body.BackFill)
        {
            var asked = backFills.Ask(
                brought.Facts.Evaluator, (runs is [] ? reader.Runs() : runs).Select(run => run.Value), StepRange.All, body.BackFillSet,
                context.TokenName());
            Begin(asked, context.TokenName());        // where too many jobs wait, the next host does it
        }
        return Results.Created($"{Path}/{brought.Facts.Evaluator}", EvaluatorLine.Of(brought));
    }

    async Task<IResult> TryAsync(EvaluatorRequest body, CancellationToken ct)
    {
        return Results.Ok(
            await EvaluatorTrial.OfAsync(store, evaluators, body.ToWanted(), body.Run ?? "latest", ct).ConfigureAwait(false));
    }

    IResult Evaluate(string id, EvaluationRequest body, HttpContext context)
    {
        var (run, steps) = (new RunReader(store).Open(id), StepRange.All);
        if (body.Steps is { } text)
            steps = StepRange.TryParse(text, out var range, out var problem) ? range : throw new QueryException("steps", text, problem);
        var asked = backFills.Ask(body.Evaluator, run, steps, body.Set, context.TokenName());
        var job = Begin(asked, context.TokenName());
        if (job is null) backFills.GiveUp(asked, "too many jobs waited");
        return JobRoutes.Answer(job, context);
    }

    JobLine? Begin(BackFillAsked asked, string by) => jobs.TryAdd(
        "evaluate", by, (listener, ct) => WorkAsync(asked, listener, ct), givenUp: () => backFills.GiveUp(asked, "it was cancelled"));

    async Task<object> WorkAsync(BackFillAsked asked, InquiryListener listener, CancellationToken ct)
    {
        listener.Say($"{asked.Evaluator} {asked.Version} judges {(asked.Runs is [var one] ? $"run {one}" : $"{asked.Runs.Length} runs")}");
        return BackFillLine.Of(asked, await backFills.RunAsync(asked, listener.Progress, ct).ConfigureAwait(false));
    }

    RegisteredEvaluator Find(string id) => evaluators.Registry.Find(id) ?? throw new EvaluatorUnknownException(id);
}
