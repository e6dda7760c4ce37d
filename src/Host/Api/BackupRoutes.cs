using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Host.Housekeeping;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>Backups that somebody asks for.</summary>
/// <param name="backups">Makes them; null where no directory is set for them.</param>
sealed class BackupRoutes(Func<Backups?> backups)
{
    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/backups", MakeAsync)
        .As("makeBackup", Scopes.Admin, "Makes a backup of everything, and answers when it is written")
        .Produces<ArchiveSummary>(StatusCodes.Status201Created).DisableRequestTimeout();

    async Task<IResult> MakeAsync(CancellationToken ct) => backups() is { } there
        ? Results.Json(await there.MakeAsync(ct).ConfigureAwait(false), statusCode: StatusCodes.Status201Created)
        : Problems.Of(StatusCodes.Status409Conflict, "the host has no directory for backups: set backup.to");
}
