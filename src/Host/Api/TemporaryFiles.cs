using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Host.Failures;
using Microsoft.AspNetCore.Http;

namespace ActorRlhf.Host.Api;

/// <summary>
/// What a host writes only to send it, or has received and not taken in yet: <c>tmp</c> in its directory, empty when it starts.
/// </summary>
/// <remarks>
/// So many requests have a file at once, for each may be as long as a run; the others wait, and not for ever: a client that reads slowly
/// keeps its place. Any number of threads may use it.
/// </remarks>
sealed class TemporaryFiles
{
    const int AtOnce = 4;
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    readonly string _directory;
    readonly SemaphoreSlim _places = new(AtOnce);

    /// <param name="directory">Full path of the data directory.</param>
    /// <exception cref="DataDirectoryUnusableException">What a killed host left cannot be removed, or nothing be made.</exception>
    public TemporaryFiles(string directory)
    {
        _directory = Path.Combine(directory, "tmp");
        try
        {
            if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
            Directory.CreateDirectory(_directory);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw DataDirectoryUnusableException.For(_directory, failure);
        }
    }

    /// <summary>The path of a file or folder that is to be; whoever asks removes it.</summary>
    /// <param name="context">The request that needs it, which has a place from now to its end.</param>
    /// <exception cref="PlacesTakenException">Others have all places, and keep them.</exception>
    public async Task<string> NewPathAsync(HttpContext context)
    {
        if (!await _places.WaitAsync(s_patience, context.RequestAborted).ConfigureAwait(false)) throw new PlacesTakenException(AtOnce);
        context.Response.RegisterForDispose(new Place(_places));
        return Path.Combine(_directory, Guid.NewGuid().ToString("N"));
    }

    /// <summary>Has a file written, and sends it; it is gone when it was sent, also where its reader goes away half way.</summary>
    /// <param name="context">The request.</param>
    /// <param name="contentType">What it is.</param>
    /// <param name="name">What a browser calls it.</param>
    /// <param name="write">Writes the file of a path.</param>
    public async Task<IResult> SendAsync(HttpContext context, string contentType, string name, Func<string, Task> write)
    {
        var path = await NewPathAsync(context).ConfigureAwait(false);
        try
        {
            await write(path).ConfigureAwait(false);
            var content = new FileStream(path, new FileStreamOptions
            {
                Access = FileAccess.Read,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous | FileOptions.SequentialScan,
            });
            return Results.File(content, contentType, name);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
