using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Transfer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>Runs that come and go in one file, as <c>export</c> and <c>import</c> write and read it.</summary>
sealed class ArchiveRoutes(Store store, TemporaryFiles files)
{
    const string Zip = "application/zip";
    const long Largest = 64L << 30;                   // what a run of months and a model of billions come to

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/runs/{id}/archive", ExportAsync)
            .As("exportRun", Scopes.Read, "A run in one file, as it is now, with the runs that it descends from")
            .Produces(StatusCodes.Status200OK, contentType: Zip).DisableRequestTimeout();
        routes.MapPost("/v1/archives", ImportAsync)
            .As("importRun", Scopes.Admin, "Takes a run in from such a file, once all in it is verified; what is here stays as it is")
            .Accepts<Stream>(Zip, "application/octet-stream").Produces<Intake>()
            .WithMetadata(new BodyLimit(Largest)).DisableRequestTimeout();
    }

    Task<IResult> ExportAsync(string id, HttpContext context, CancellationToken ct)
    {
        var run = new RunReader(store).Open(id).Id;
        return files.SendAsync(context, Zip, $"{run}.zip", path => Task.Run(() => RunArchive.Export(store, run, path), ct));
    }

    async Task<IResult> ImportAsync(HttpContext context, CancellationToken ct, bool force = false)
    {
        var path = await files.NewPathAsync(context).ConfigureAwait(false);
        try
        {
            await ReceiveAsync(context.Request.Body, path, ct).ConfigureAwait(false);
            return Results.Ok(await Task.Run(() => RunArchive.Import(store, path, force, TimeProvider.System), ct).ConfigureAwait(false));
        }
        catch (ArchiveRefusedException refused)
        {
            // Where it lies here is nothing to whoever sent it.
            return Problems.Of(StatusCodes.Status400BadRequest, refused.Message.Replace(path, "the archive", StringComparison.Ordinal));
        }
        catch (RunDeletedException deleted)
        {
            return Problems.Of(StatusCodes.Status409Conflict,
                $"{deleted.Message}. Nothing was changed; force=true takes it in all the same");
        }
        finally { File.Delete(path); }
    }

    static async Task ReceiveAsync(Stream body, string path, CancellationToken ct)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
            await body.CopyToAsync(file, ct).ConfigureAwait(false);
        }
        catch (IOException failure) when (failure is not BadHttpRequestException)
        {
            throw DataDirectoryUnusableException.For(path, failure);
        }
    }
}
