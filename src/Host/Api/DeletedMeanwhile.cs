using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>Says of a request that failed because its run was deleted while it was answered that the run is gone.</summary>
/// <remarks>Without its events a run looks damaged in as many ways as there are readers.</remarks>
sealed class DeletedMeanwhile(Store store)
{
    readonly RunReader _reader = new(store);
    readonly DeletedRuns _deleted = new(store.Journal);

    /// <summary>Middleware; behind routing.</summary>
    public async Task ExplainAsync(HttpContext context, RequestDelegate next)
    {
        try { await next(context).ConfigureAwait(false); }
        catch (Exception) when (!context.Response.HasStarted && RunOf(context) is { } run && Deleted(run) is { } deleted)
        {
            throw new RunDeletedException(deleted);
        }
    }

    DeletedRun? Deleted(RunId run)
    {
        try { return _reader.Has(run) ? null : _deleted.Find(run); }
        catch (StoreException) { return null; }       // then the request failed of that, too
    }

    static RunId? RunOf(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/v1/runs", StringComparison.OrdinalIgnoreCase)
        && context.GetRouteValue("id") is string id && RunId.TryParse(id, out var run) ? run : null;
}
