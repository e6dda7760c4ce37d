using System.Data.Common;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Models.Compute;

namespace ActorRlhf.Host.Training;

/// <summary>
/// The runs of a data directory with their journal and their threads, in this process: what <c>train</c> starts. The long-lived host
/// is <see cref="Serving.Server"/>.
/// </summary>
/// <remarks>Dispose it to stop everything in order.</remarks>
sealed class RunHost : IAsyncDisposable
{
    readonly IHost _host;
    readonly ComputePool _pool;

    RunHost(IHost host, ComputePool pool) => (_host, _pool) = (host, pool);

    /// <summary>The runs.</summary>
    public RunSystem Runs => _host.Services.GetRequiredService<RunSystem>();

    /// <summary>Starts it.</summary>
    /// <param name="data">The directory; opened for writing.</param>
    /// <param name="ct">Gives up starting.</param>
    /// <exception cref="DataDirectoryUnusableException">The journal cannot be opened or made.</exception>
    public static async Task<RunHost> StartAsync(DataDirectory data, CancellationToken ct)
    {
        var pool = new ComputePool(Environment.ProcessorCount);
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Services.AddLogs(data.Logs, console: false);
        builder.Services.AddRuns(data.Store, pool, TimeProvider.System);
        var started = new RunHost(builder.Build(), pool);
        try
        {
            await started._host.StartAsync(ct).ConfigureAwait(false);
            await JournalStart.AwaitAsync(started.Runs, data, ct).ConfigureAwait(false);
            return started;
        }
        catch (Exception failure)
        {
            await started.DisposeAsync().ConfigureAwait(false);
            // The journal is opened here, by a driver that has exceptions of its own.
            if (failure.GetBaseException() is DbException refused) throw DataDirectoryUnusableException.For(data.JournalFile, refused);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().ConfigureAwait(false);
        try { _host.Dispose(); }
        catch (IOException) { } // the last lines of the log file found no room: no reason to hide what ended the run
        _pool.Dispose();
    }

    /// <summary>Leaves signals to the command: the host's own lifetime would take the runs down before one could be paused.</summary>
    sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
