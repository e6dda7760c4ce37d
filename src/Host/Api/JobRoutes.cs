using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Counterfactual;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Host.Reading;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.ModelFolders;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>Questions that take longer than a request may: the answer to one is a job, which says how far it is.</summary>
/// <param name="store">Where runs are kept.</param>
/// <param name="jobs">Those of this host.</param>
/// <param name="pool">Where they compute, beside the runs.</param>
/// <param name="runs">The runs of this host.</param>
sealed class JobRoutes(Store store, Jobs jobs, ComputePool pool, Lazy<RunSystem> runs)
{
    const string Path = "/v1/jobs", One = Path + "/{id}";
    const string Sent = "what was sent";
    const long MostQuestions = 64L << 20;             // of questions and shots, as JSON

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/runs/{id}/audits", Audit).Produces<JobLine>(StatusCodes.Status202Accepted)
            .As("audit", Scopes.Operate, "Proves that a run's log was not altered and that its numbers follow from each other");
        routes.MapPost("/v1/runs/{id}/counterfactuals", Counterfactual).Produces<JobLine>(StatusCodes.Status202Accepted)
            .As("counterfactual", Scopes.Operate, "What each step's rewards, advantages and losses would have been under another rule");
        routes.MapPost("/v1/runs/{id}/benchmarks", AskBenchmark).Produces<JobLine>(StatusCodes.Status202Accepted)
            .WithMetadata(new BodyLimit(MostQuestions))
            .As("benchmark", Scopes.Operate, "Lets a run's policy after a step do a benchmark, and records what came of it as an event")
            .DisableRequestTimeout();
        routes.MapPost("/v1/models/generate", Generate).Produces<JobLine>(StatusCodes.Status202Accepted)
            .As("generate", Scopes.Operate, "Lets a run's policy after a step write");
        routes.MapGet(Path, () => new Page<JobLine>(jobs.All(), null)).Produces<Page<JobLine>>()
            .As("jobs", Scopes.Read, "The jobs that have not ended, and the last that have, newest first, without results");
        routes.MapGet(One, (string id) => jobs.Find(id) is { } job ? Results.Ok(job.Line) : NotThere(id)).Produces<JobLine>()
            .As("job", Scopes.Read, "How far a job is, and its result once it is done");
        routes.MapDelete(One, Cancel).Produces<JobLine>().As("cancelJob", Scopes.Operate, "Ends a job");
    }

    IResult Audit(string id, AuditRequest? body, HttpContext context)
    {
        RecomputedRange? recompute = null;
        if (body?.Recompute is { } text && !RecomputedRange.TryParse(text, out recompute, out _))
            throw new QueryException("recompute", text, "all, or a range of steps such as 3..5, 3.., ..5 or 3");
        var run = new RunReader(store).Find(id);
        var question = new AuditQuestion(IsBeingWritten: true, recompute, AcceptBuild: body?.AcceptBuild ?? false);
        return Begin("audit", context, async (listener, ct) =>
            (await AuditAnswer.OfAsync(store, run, question, listener, pool, ct).ConfigureAwait(false)).Line);
    }

    IResult Counterfactual(string id, CounterfactualRequest body, HttpContext context)
    {
        var question = CounterfactualQuestion.Of(store, id, NewRunRequest.Override(body.Set));
        return Begin("counterfactual", context, (listener, ct) =>
        {
            var steps = new List<CounterfactualStep>();
            foreach (var step in question.Steps(StepRange.All))
            {
                ct.ThrowIfCancellationRequested();
                steps.Add(step);
                listener.Progress(Math.Min(1, (double)steps.Count / Math.Max(1, question.Run.State.Step)));
            }
            return Task.FromResult<object>(new CounterfactualResult(steps, question.Summary(steps)));
        });
    }

    IResult AskBenchmark(string id, BenchmarkRequest body, HttpContext context)
    {
        var (benchmark, by) = (AskedBenchmark.Of(body, ("questions", Sent), ("shotsText", Sent), showPrompts: false), context.TokenName());
        var (run, step) = RunModel.Find(new RunReader(store), new RunPolicyName(id, body.Step));
        return Begin("benchmark", context, async (listener, ct) =>
            await new RunBenchmarks(runs.Value, pool).RunAsync(run, step, body, benchmark, by, listener, ct)
                .ConfigureAwait(false));
    }

    IResult Generate(GenerateRequest body, HttpContext context)
    {
        if (!RunPolicyName.TryParse(body.Model, out var name)) throw new QueryException("model", body.Model, RunPolicyName.Form);
        QueryException.ThrowUnlessIn("prompts", body.Prompts.Count, 1, 100);
        foreach (var (index, prompt) in body.Prompts.Index())
            if (prompt is null) throw new QueryException(FormattableString.Invariant($"prompts[{index}]"), "null", "text");
        QueryException.ThrowUnlessIn("count", body.Count, 1, 100);
        QueryException.ThrowUnlessIn("maxTokens", body.MaxTokens, 1, 4096);
        QueryException.ThrowUnlessIn("temperature", body.Temperature, 1e-6, 1e6);
        QueryException.ThrowUnlessIn("topK", body.TopK, 0, int.MaxValue);
        QueryException.ThrowUnlessIn("topP", body.TopP, 1e-6, 1.0);
        var (run, step) = RunModel.Find(new RunReader(store), name);
        var choice = new SamplingChoice(body.MaxTokens, body.Seed, body.Temperature, body.TopK, body.TopP, body.Greedy);
        return Begin("generate", context, async (listener, ct) =>
        {
            listener.Say($"policy of run {run.Id} after step {step}{StepsAgain.Of(run, step)}");
            var model = ModelToGenerate.Of(await RunModel.LoadAsync(run, step, body.AcceptBuild, ct, pool).ConfigureAwait(false));
            using var share = pool.Share(pool.Threads);
            using var sampler = new CpuDecoder(share);
            var (generation, lines) = (new Generation(model, sampler), new List<GeneratedLine>());
            foreach (var (index, prompt) in body.Prompts.Index())
            {
                ct.ThrowIfCancellationRequested();
                lines.AddRange(generation.Of(prompt, body.Count, choice, first: index * body.Count));
                listener.Progress((index + 1.0) / body.Prompts.Count);
            }
            return lines;
        });
    }

    IResult Cancel(string id)
    {
        if (jobs.Find(id) is not { } job) return NotThere(id);
        job.GiveUp();
        return Results.Ok(job.Line);
    }

    IResult Begin(string kind, HttpContext context, Func<InquiryListener, CancellationToken, Task<object>> work)
    {
        return Answer(jobs.TryAdd(kind, context.TokenName(), work), context);
    }

    /// <summary>The answer to whoever asked for a job.</summary>
    /// <param name="job">The job; null where too many wait.</param>
    /// <param name="context">The request.</param>
    public static IResult Answer(JobLine? job, HttpContext context)
    {
        if (job is not null) return Results.Accepted($"{Path}/{job.Job}", job);
        context.Response.Headers.RetryAfter = "10";
        return Problems.Of(StatusCodes.Status429TooManyRequests,
            FormattableString.Invariant($"{Jobs.MostOpen} jobs wait already: come back when some have ended, or cancel one"));
    }

    static IResult NotThere(string id) => Problems.Of(StatusCodes.Status404NotFound,
        $"there is no job '{id}': jobs are kept in memory, the last ones alone, and a host that was started again has none");

    /// <summary>The lines of <c>counterfactual --json</c>, in one object.</summary>
    sealed record CounterfactualResult(IReadOnlyList<CounterfactualStep> Steps, CounterfactualSummary Summary);
}
