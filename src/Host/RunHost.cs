using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs;
using ActorRlhf.Actors.Storage;
using ActorRlhf.Models.Compute;
using Akka.Actor;
using Akka.Hosting;
using Akka.Hosting.Logging;
using Serilog;
using Serilog.Formatting.Compact;

namespace ActorRlhf.Host;

/// <summary>The actor system with its journal and its runs, in this process: what <c>train</c> starts, and later the long-lived host.</summary>
/// <remarks>Structured logs go to <c>logs/actorrlhf-DATE.jsonl</c> of the data directory. Dispose it to stop everything in order.</remarks>
public sealed class RunHost : IAsyncDisposable
{
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
    public static async Task<RunHost> StartAsync(DataDirectory data, ComputeRecipe compute, CancellationToken ct)
    {
        var workers = new ComputeWorkers(compute.Threads);
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
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
            .AddHocon("akka.log-dead-letters = off", HoconAddMode.Prepend)
            .WithJournal(JournalSettings.Sqlite(data.JournalFile))
            .WithRuns(data.Artefacts, new RunChildrenFactory(workers, RunHosting.Catalogue, TimeProvider.System), TimeProvider.System));
        var host = builder.Build();
        await host.StartAsync(ct).ConfigureAwait(false);
        return new RunHost(host, workers);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().ConfigureAwait(false);
        _host.Dispose();
        _workers.Dispose();
    }
}
