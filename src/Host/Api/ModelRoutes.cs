using System.IO.Compression;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Host.Exports;
using ActorRlhf.Host.Failures;
using ActorRlhf.Models.Compute;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ActorRlhf.Host.Api;

/// <summary>The policies of runs, for other programs.</summary>
/// <param name="store">Where runs are kept.</param>
/// <param name="files">Where they are put together.</param>
/// <param name="pool">Where steps are executed again.</param>
sealed class ModelRoutes(Store store, TemporaryFiles files, ComputePool pool)
{
    const string Zip = "application/zip";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/runs/{id}/models/{step}", SendAsync)
            .As("model", Scopes.Read, "A run's policy after a step as a model folder, zipped; steps behind a checkpoint are executed again")
            .Produces(StatusCodes.Status200OK, contentType: Zip).DisableRequestTimeout();

    async Task<IResult> SendAsync(string id, int step, HttpContext context, CancellationToken ct, bool acceptBuild = false)
    {
        QueryException.ThrowUnlessIn("step", step, 0, int.MaxValue);
        var (run, _) = RunModel.Find(new RunReader(store), new RunPolicyName(id, step));
        return await files.SendAsync(context, Zip, FormattableString.Invariant($"{run.Id}-{step}.zip"), async path =>
        {
            var folder = path + ".model";
            try
            {
                await ExportedModel.WriteAsync(run, step, folder, acceptBuild, ct, pool).ConfigureAwait(false);
                // Weights do not get smaller.
                await ZipFile.CreateFromDirectoryAsync(folder, path, CompressionLevel.NoCompression, includeBaseDirectory: false, ct)
                    .ConfigureAwait(false);
            }
            finally
            {
                if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            }
        }).ConfigureAwait(false);
    }
}
