using System.Text.Json.Serialization;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Housekeeping;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Host.Reading;
using ActorRlhf.Host.Telemetry;
using ActorRlhf.Host.Training;
using ActorRlhf.Models.Compute;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorRlhf.Host.Serving;

/// <summary>
/// The long-lived host: the runs of a data directory, which go on by themselves and begin one after the other, and the API, in one
/// process.
/// </summary>
/// <remarks>Dispose it to stop everything in order: first the API, then the runs, which stay <c>running</c> in their logs.</remarks>
sealed class Server : IAsyncDisposable
{
    readonly WebApplication _web;
    readonly RunHost _host;
    readonly Housekeeper _housekeeper;
    readonly IDisposable _journal;                    // kept open: every request and every stream asks it again and again
    readonly HostFile _announced;

    Server(WebApplication web, RunHost host, Housekeeper housekeeper, DataDirectory data)
    {
        (_web, _host, _housekeeper, _journal) = (web, host, housekeeper, data.Store.Journal.Hold());
        _announced = HostFile.Announce(data.Path, Address);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_web.Urls.First());

    /// <summary>The runs.</summary>
    public RunSystem Runs => _host.Runs;

    /// <summary>Everything that a request may ask for, for tests of the doors.</summary>
    internal IServiceProvider Services => _web.Services;

    /// <summary>Starts it.</summary>
    /// <param name="data">The directory; opened for writing.</param>
    /// <param name="settings">How.</param>
    /// <param name="console">Whether the log goes to stderr, too.</param>
    /// <param name="ct">Gives up starting.</param>
    /// <exception cref="DataDirectoryUnusableException">The journal or the token's file cannot be opened or made.</exception>
    /// <exception cref="IOException">Nobody can listen at the address.</exception>
    public static async Task<Server> StartAsync(DataDirectory data, ServeSettings settings, bool console, CancellationToken ct)
    {
        var token = TokenFile.Ensure(data.Path);
        new TokenBook(data.Path).All();               // what cannot be trusted is said now, and not when somebody comes
        var pool = new ComputePool(settings.Threads);
        Housekeeper? housekeeper = null;
        var web = Build(data, settings, token, pool, console, () => housekeeper);
        var host = await RunHost.StartAsync(web, pool, data, ct).ConfigureAwait(false);
        housekeeper = Housekeeper.Start(data, host.Runs, settings.Housekeeping, web.Services.GetRequiredService<ILoggerFactory>());
        return new Server(web, host, housekeeper, data);
    }

    /// <inheritdoc cref="RunHost.RestAsync"/>
    public Task<bool> RestAsync(string reason, TimeSpan most) => _host.RestAsync(reason, most);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _announced.Dispose();
        await _housekeeper.DisposeAsync().ConfigureAwait(false);
        await Services.GetRequiredService<Jobs>().DisposeAsync().ConfigureAwait(false);
        await _host.DisposeAsync().ConfigureAwait(false);
        _journal.Dispose();
    }

    /// <param name="housekeeper">The one that there is as soon as the host has started.</param>
    static WebApplication Build(
        DataDirectory data, ServeSettings settings, string token, ComputePool pool, bool console, Func<Housekeeper?> housekeeper)
    {
        var builder = WebApplication.CreateSlimBuilder();
        // Nothing of the environment opens a door that the command line did not.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.WebHost.UseUrls(settings.Address.ToString());
        Limits.AddTo(builder.WebHost);
        var services = builder.Services;
        var scheduling = new Scheduling(settings.Concurrent, settings.AcceptsOtherBuilds, settings.Memory);
        RunHost.AddTo(services, data, pool, console, scheduling, settings.LogDays);
        services.AddTelemetry(builder.Configuration, settings.Otlp, settings.Prometheus);
        services.ConfigureHttpJsonOptions(json =>
        {
            // A body that leaves out what is needed is a mistake, not a null.
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
            json.SerializerOptions.RespectNullableAnnotations = true;
            // So is a key that nobody knows, or one that is there twice: it would be taken for what it was not.
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.PropertyNameCaseInsensitive = false;
            json.SerializerOptions.AllowDuplicateProperties = false;
            foreach (var converter in EventJson.Format.Converters) json.SerializerOptions.Converters.Add(converter);
        });
        services.AddProblemDetails();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddOpenApi(ApiDocument.Name, ApiDocument.Describe);
        // The web server's own filter of hosts comes before all that is added below; what it refuses is answered in the same form.
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter>(new BodilessAnswers()));
        services.Configure<HostFilteringOptions>(hosts => (hosts.IncludeFailureMessage, hosts.AllowedHosts) = (false,
            [.. settings.Hosts, .. settings.BehindProxy ? [] : new[] { settings.Address.Host }, "localhost", "127.0.0.1", "[::1]"]));
        // Not AddAuthentication, which keeps keys for cookies in the user's home: there are no cookies.
        services.AddWebEncoders();
        services.AddSingleton(host => new HostTokens(
            token, new TokenBook(data.Path), TimeProvider.System, host.GetRequiredService<ILogger<HostTokens>>()));
        services.AddAuthenticationCore(options =>
        {
            options.AddScheme<BearerTokens>(BearerTokens.SchemeName, displayName: null);
            options.DefaultScheme = BearerTokens.SchemeName;
        });
        Limits.AddTo(services, settings.Rates ?? RateLimits.Usual);
        services.AddSingleton<OpenStreams>();
        services.AddSingleton<Jobs>();
        services.AddAuthorization(authorization =>
        {
            foreach (var scope in Scopes.All)
                authorization.AddPolicy(scope, policy => policy.RequireClaim(BearerTokens.ScopeClaim, scope));
            // Whoever asks for what is not there needs a token, too: what is there is nobody's business.
            authorization.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
        });
        var web = builder.Build();
        web.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = Problems.OnThrownAsync,
            SuppressDiagnosticsCallback = _ => true,  // it logs what nobody foresaw; what a client got wrong is no error of the host
        });
        web.Use(new ForeignOrigins(settings.BehindProxy).RefuseAsync);
        web.Use(new UnendingRequests(web.Lifetime.ApplicationStopping).EndAsync);
        web.UseRouting();
        web.UseRequestTimeouts();
        web.UseAuthentication();
        web.UseRateLimiter();
        web.UseAuthorization();
        web.Use(new DeletedMeanwhile(data.Store).ExplainAsync);
        Map(web, data, settings, pool, housekeeper);
        return web;
    }

    static void Map(WebApplication web, DataDirectory data, ServeSettings settings, ComputePool pool, Func<Housekeeper?> housekeeper)
    {
        var (store, files) = (data.Store, new TemporaryFiles(data.Path));
        // There are no actors before the host has started.
        var runs = new Lazy<RunSystem>(web.Services.GetRequiredService<RunSystem>);
        new HealthRoutes(runs, () => housekeeper()?.Disk.Problem).Map(web);
        new BackupRoutes(() => housekeeper()?.Backups).Map(web);
        new RunRoutes(store, runs, new RunLines(store)).Map(web);
        var reach = new RecipeReach(settings.Files, settings.Witnesses);
        new SubmitRoutes(store, new RunSubmission(store, runs), reach).Map(web);
        new RecipeRoutes(reach).Map(web);
        new ArtefactRoutes(store).Map(web);
        new ArchiveRoutes(store, files).Map(web);
        new ModelRoutes(store, files, pool).Map(web);
        var (jobs, evaluators) = (web.Services.GetRequiredService<Jobs>(), web.Services.GetRequiredService<InjectedEvaluators>());
        new JobRoutes(store, jobs, pool, runs).Map(web);
        var judged = new EvaluatorRoutes(
            store, evaluators, new BackFills(store, evaluators, runs), new QuarantineRelease(evaluators, runs), jobs);
        judged.Map(web);
        web.Lifetime.ApplicationStarted.Register(judged.Resume);
        new LogRoutes(store).Map(web);
        new LinesRoutes(new DirectoryRuns(data)).Map(web);
        new StreamRoutes(store, runs, web.Services.GetRequiredService<OpenStreams>(), web.Lifetime.ApplicationStopping).Map(web);
        if (settings.Prometheus) web.MapPrometheusScrapingEndpoint("/metrics").RequireAuthorization(Scopes.Read);
        web.MapOpenApi("/openapi/{documentName}.json").RequireAuthorization(Scopes.Read);
        ReferencePage.Map(web);
        ClosedDoors.ThrowUnlessClosed(((IEndpointRouteBuilder)web).DataSources.SelectMany(source => source.Endpoints));
    }
}
