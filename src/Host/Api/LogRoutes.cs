using System.Diagnostics;
using System.Globalization;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Failures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>What runs wrote: events, metrics as columns, completions.</summary>
sealed class LogRoutes(Store store)
{
    const string Run = "/v1/runs/{id}";
    const int UsualPage = 100, MostEvents = 1000, MostPoints = 10_000;

    readonly MetricTables _metrics = new(store);
    readonly RunLedgers _ledgers = new(store);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Run + "/events", Events).Produces<Page<EventLine>>()
            .As("events", Scopes.Read, "Events of the run's own training or evaluation stream, behind a sequence number");
        routes.MapGet(Run + "/metrics", Metrics).Produces<MetricColumns>()
            .As("metrics", Scopes.Read, "Metrics as columns, over the steps");
        routes.MapGet(Run + "/mismatch", (string id) => _ledgers.Of(Open(id))).Produces<MismatchLedger>()
            .As("mismatch", Scopes.Read, "The ledger of mismatch: whether reward, policy and evaluation are still linked");
        routes.MapGet(Run + "/state", State).Produces<ReplayLine>()
            .As("state", Scopes.Read, "The run's state right after a step, or now, rebuilt from its verified events alone");
        routes.MapGet(Run + "/completions", (string id, [AsParameters] CompletionSearch query, CancellationToken ct) =>
                query.In(Open(id), ct))
            .Produces<Page<CompletionView>>()
            .As("completions", Scopes.Read, "Completions: training first, then held-out, each in order of the steps");
    }

    Page<EventLine> Events(string id, long? after, int? limit, string? type, int? step, string? stream, CancellationToken ct)
    {
        QueryException.ThrowUnlessIn("after", after, 0, long.MaxValue);
        QueryException.ThrowUnlessIn("limit", limit, 1, int.MaxValue);
        QueryException.ThrowUnlessIn("step", step, 0, int.MaxValue);
        var run = Open(id);
        var most = Math.Min(limit ?? UsualPage, MostEvents);
        var name = stream switch
        {
            null or "training" => run.Id.TrainingStream,
            "evaluations" => run.Id.EvaluationStream,
            _ => throw new QueryException("stream", stream, "training or evaluations"),
        };
        if (type is not null && !EventNames.All.Any(manifest => EventNames.Is(manifest, type)))
            throw new QueryException(
                "type", type, $"an event; there are {string.Join(", ", EventNames.All.Select(EventNames.Of).Distinct())}");
        var found = store.Journal.Read(name, after ?? 0)
            .Where(read =>
            {
                ct.ThrowIfCancellationRequested();
                return (type is null || EventNames.Is(read.Manifest, type)) && (step is null || EventSteps.Of(read.Event) == step);
            })
            .Take(most).Select(read => EventLine.Of(read, run, stream: null)).ToArray();
        return new Page<EventLine>(found, found.Length == most ? found[^1].Sequence.ToString(CultureInfo.InvariantCulture) : null);
    }

    MetricColumns Metrics(string id, string? names, int? from, int? to, int? points)
    {
        string[]? wanted = names is null
            ? null
            : [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];
        QueryException.ThrowUnlessIn("from", from, 0, int.MaxValue);
        QueryException.ThrowUnlessIn("to", to, from ?? 0, int.MaxValue);
        QueryException.ThrowUnlessIn("points", points, 1, int.MaxValue);
        var most = points is { } asked ? Math.Clamp(asked, 2, MostPoints) : (int?)null;
        return _metrics.Ask(id, table =>
        {
            foreach (var name in wanted ?? [])
                if (!table.Columns.ContainsKey(name) && MetricGlossary.Find(name) is null)
                    throw new QueryException("names", name, "a metric of this run or of any; docs/metrics.md lists them");
            return MetricColumns.Of(table.Steps, table.Columns, from ?? 0, to ?? int.MaxValue, wanted, most);
        });
    }

    ReplayLine State(string id, int? step)
    {
        var reader = new RunReader(store);
        var clock = Stopwatch.StartNew();
        return ReplayLine.Of(RunReplay.Of(reader.Streams(reader.Find(id)), step), clock);
    }

    RunRecord Open(string id) => new RunReader(store).Open(id);
}
