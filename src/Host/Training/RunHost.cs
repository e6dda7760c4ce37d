using System.Data.Common;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Runner;
using ActorRlhf.Models.Compute;
using Microsoft.Extensions.Logging;

namespace ActorRlhf.Host.Training;

/// <summary>
/// The runs of a data directory with their journal and their threads, in this process: what <c>train</c> starts, and with an API
/// the long-lived host.
/// </summary>
/// <remarks>Dispose it to stop everything in order.</remarks>
sealed class RunHost : IAsyncDisposable
{
    static readonly TimeSpan s_firstHeartbeat = TimeSpan.FromSeconds(6);   // the journal's own deadline and a little more
    static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(20);

    readonly IHost _host;
    readonly ComputePool _pool;

    RunHost(IHost host, ComputePool pool) => (_host, _pool) = (host, pool);

    /// <summary>The runs.</summary>
    public RunSystem Runs => _host.Services.GetRequiredService<RunSystem>();

    /// <summary>Where they compute.</summary>
    public ComputePool Pool => _pool;

    /// <summary>The evaluators that they can ask.</summary>
    public InjectedEvaluators Evaluators => _host.Services.GetRequiredService<InjectedEvaluators>();

    /// <summary>The evaluators of a directory; whoever asks for them disposes of them.</summary>
    /// <param name="data">The directory; opened for writing by whoever brings or removes one.</param>
    /// <param name="log">Gets the id of an evaluator and a line that it wrote to its standard error.</param>
    public static InjectedEvaluators EvaluatorsOf(DataDirectory data, Action<string, string>? log = null) =>
        new(new EvaluatorRegistry(data.Store, TimeProvider.System), new EvaluatorJudges(OwnRunner.Here, log));

    /// <summary>Starts one for a command.</summary>
    /// <param name="data">The directory; opened for writing.</param>
    /// <param name="ct">Gives up starting.</param>
    /// <exception cref="DataDirectoryUnusableException">The journal cannot be opened or made.</exception>
    public static Task<RunHost> StartAsync(DataDirectory data, CancellationToken ct)
    {
        var pool = new ComputePool(Environment.ProcessorCount);
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        AddTo(builder.Services, data, pool, console: false, scheduling: null);
        return StartAsync(builder.Build(), pool, data, ct);
    }

    /// <summary>Puts runs and their logs into a host that is to be.</summary>
    /// <param name="services">The host.</param>
    /// <param name="data">The directory; opened for writing.</param>
    /// <param name="pool">Where runs compute.</param>
    /// <param name="console">Whether logs go to stderr, too.</param>
    /// <param name="scheduling">How it works at runs by itself; null for one that begins nothing by itself.</param>
    /// <param name="logDays">Days for which log files are kept.</param>
    public static void AddTo(
        IServiceCollection services, DataDirectory data, ComputePool pool, bool console, Scheduling? scheduling,
        int logDays = HostLogging.UsualDays)
    {
        services.AddSingleton<IHostLifetime, CommandLifetime>();
        services.AddLogs(data.Logs, console, logDays);
        services.AddSingleton(host => EvaluatorsOf(data, (id, line) =>
            host.GetRequiredService<ILoggerFactory>().CreateLogger("Evaluators").LogInformation("{Evaluator}: {Line}", id, line)));
        services.AddRuns(
            data.Store, pool, TimeProvider.System, host => host.GetRequiredService<InjectedEvaluators>(), scheduling);
    }

    /// <summary>Starts a host that has runs; it and the pool are disposed of with the result, or at once if it does not start.</summary>
    /// <inheritdoc cref="StartAsync(DataDirectory, CancellationToken)"/>
    public static async Task<RunHost> StartAsync(IHost host, ComputePool pool, DataDirectory data, CancellationToken ct)
    {
        var started = new RunHost(host, pool);
        try
        {
            await host.StartAsync(ct).ConfigureAwait(false);
            await started.AwaitJournalAsync(data, ct).ConfigureAwait(false);
            return started;
        }
        catch (Exception failure)
        {
            await started.DisposeAsync().ConfigureAwait(false);
            // The journal is opened here, by a driver that has exceptions of its own.
            if (failure.GetBaseException() is DbException refused) throw data.Store.Settings.Database.Unusable(refused);
            throw;
        }
    }

    /// <summary>
    /// Lets the runs finish what is under way and save where they stand, so that whoever goes on executes nothing twice.
    /// </summary>
    /// <param name="reason">Why, for their logs.</param>
    /// <param name="most">How long that may take; then what is under way is dropped.</param>
    /// <returns>Whether they came to rest in time.</returns>
    public async Task<bool> RestAsync(string reason, TimeSpan most)
    {
        using var budget = new CancellationTokenSource(most);
        try
        {
            await Runs.RestAsync(reason, budget.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) { return false; }
    }

    /// <summary>Waits for the journal's first heartbeat: a run would wait for ever for a journal that cannot start.</summary>
    async Task AwaitJournalAsync(DataDirectory data, CancellationToken ct)
    {
        var began = TimeProvider.System.GetTimestamp();
        JournalReadiness readiness;
        do
        {
            readiness = await Runs.JournalAsync(ct).ConfigureAwait(false);
            if (readiness.Ready) return;
            await Task.Delay(s_poll, ct).ConfigureAwait(false);
        }
        while (TimeProvider.System.GetElapsedTime(began) < s_firstHeartbeat);
        throw data.Store.Settings.Database.Unusable(new TimeoutException(readiness.Reason));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().ConfigureAwait(false);
        try { await ((IAsyncDisposable)_host).DisposeAsync().ConfigureAwait(false); }
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
