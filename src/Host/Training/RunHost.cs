using System.Data.Common;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Sqlite;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Compute;
using Akka.Actor;
using Akka.Hosting;
using Akka.Hosting.Logging;
using Serilog;
using Serilog.Formatting.Compact;

namespace ActorRlhf.Host.Training;

/// <summary>The actor system with its journal and its runs, in this process: what <c>train</c> starts, and later the long-lived host.</summary>
/// <remarks>Structured logs go to <c>logs/actorrlhf-DATE.jsonl</c> of the data directory. Dispose it to stop everything in order.</remarks>
public sealed class RunHost : IAsyncDisposable
{
    static readonly TimeSpan s_firstHeartbeat = TimeSpan.FromSeconds(6);   // the journal's own deadline and a little more
    static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(20);

    readonly IHost _host;
    readonly ComputeWorkers _workers;

    RunHost(IHost host, ComputeWorkers workers) => (_host, _workers) = (host, workers);

    /// <summary>The actor system.</summary>
    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    /// <summary>The supervisor of runs.</summary>
    public IActorRef Runs => _host.Services.GetRequiredService<IRequiredActor<RunSupervisor>>().ActorRef;

    /// <summary>Starts the actor system.</summary>
    /// <param name="data">The directory; opened for writing.</param>
    /// <param name="compute">Threads of the computation.</param>
    /// <param name="ct">Gives up starting.</param>
    /// <exception cref="DataDirectoryUnusableException">The journal cannot be opened or made.</exception>
    public static async Task<RunHost> StartAsync(DataDirectory data, ComputeRecipe compute, CancellationToken ct)
    {
        var workers = new ComputeWorkers(compute.Threads);
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Services.AddSerilog(new LoggerConfiguration()
            .MinimumLevel.Information()
            .WriteTo.File(new CompactJsonFormatter(), Path.Combine(data.Logs, "actorrlhf-.jsonl"), rollingInterval: RollingInterval.Day)
            .CreateLogger(), dispose: true);
        builder.Services.AddAkka("actorrlhf", (akka, _) => akka
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            // Whoever starts a host disposes it: an exit in a hurry must not wait for the actors.
            .AddHocon("akka { log-dead-letters = off, coordinated-shutdown.run-by-clr-shutdown-hook = off }", HoconAddMode.Prepend)
            .WithJournal(data.Store.Settings)
            .WithRuns(data.Store, new RunChildrenFactory(workers, EventCatalogue.Known, TimeProvider.System), TimeProvider.System));
        var started = new RunHost(builder.Build(), workers);
        try
        {
            await started._host.StartAsync(ct).ConfigureAwait(false);
            await started.AwaitJournalAsync(data, ct).ConfigureAwait(false);
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

    /// <summary>Waits for the journal's first heartbeat: a run would wait for ever for a journal that cannot start.</summary>
    async Task AwaitJournalAsync(DataDirectory data, CancellationToken ct)
    {
        var guard = _host.Services.GetRequiredService<IRequiredActor<JournalGuard>>().ActorRef;
        var began = TimeProvider.System.GetTimestamp();
        JournalReadiness readiness;
        do
        {
            readiness = await guard.Ask<JournalReadiness>(new GetJournalReadiness(), ct).ConfigureAwait(false);
            if (readiness.Ready) return;
            await Task.Delay(s_poll, ct).ConfigureAwait(false);
        }
        while (TimeProvider.System.GetElapsedTime(began) < s_firstHeartbeat);
        throw DataDirectoryUnusableException.For(data.JournalFile, new TimeoutException(readiness.Reason));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().ConfigureAwait(false);
        try { _host.Dispose(); }
        catch (IOException) { } // the last lines of the log file found no room: no reason to hide what ended the run
        _workers.Dispose();
    }

    /// <summary>Leaves signals to the command: the host's own lifetime would take the actor system down before a run could be paused.</summary>
    sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
