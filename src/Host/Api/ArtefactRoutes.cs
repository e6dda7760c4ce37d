using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Failures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace ActorRlhf.Host.Api;

/// <summary>The files that events name by their SHA-256.</summary>
sealed class ArtefactRoutes(Store store)
{
    const string Bytes = "application/octet-stream", JsonLines = "application/x-ndjson", Safetensors = "application/vnd.safetensors";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/artefacts/{sha256}", Read)
            .As("artefact", Scopes.Read, "An artefact's bytes; whoever reads them can check them against its name")
            .Produces(StatusCodes.Status200OK, contentType: Bytes, additionalContentTypes: [JsonLines, Safetensors])
            .Produces(StatusCodes.Status304NotModified).DisableRequestTimeout();

    IResult Read(string sha256, HttpContext context)
    {
        if (!ContentHash.TryParse(sha256, out var hash)) throw new QueryException("sha256", sha256, "64 lower-case hexadecimal digits");
        if (store.Artefacts.TryOpen(hash) is not { } content)
            return Problems.Of(StatusCodes.Status404NotFound, $"there is no artefact {hash} here, or it was removed");
        // Bytes of that name are the same for ever.
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return Results.File(content, KindOf(content), entityTag: new EntityTagHeaderValue($"\"{hash}\""), enableRangeProcessing: true);
    }

    static string KindOf(Stream content)
    {
        Span<byte> start = stackalloc byte[9];
        var read = content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        content.Position = 0;
        // A safetensors file begins with the length of its JSON header.
        return read == start.Length && start[8] == '{' && start[7] == 0 ? Safetensors : read > 0 && start[0] == '{' ? JsonLines : Bytes;
    }
}
