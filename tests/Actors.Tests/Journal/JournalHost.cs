using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Sqlite;
using ActorRlhf.Actors.Log.Storage;
using Akka.Actor;
using Akka.Hosting;
using Akka.TestKit.Xunit2;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorRlhf.Actors.Tests.Journal;

/// <summary>An actor system on a real SQLite journal, as the host starts it.</summary>
sealed class JournalHost : IAsyncDisposable
{
    readonly IHost _host;

    JournalHost(IHost host, string file)
    {
        _host = host;
        File = file;
        System = host.Services.GetRequiredService<ActorSystem>();
        Kit = new TestKit(System);
    }

    internal string File { get; }
    internal ActorSystem System { get; }
    internal TestKit Kit { get; }
    internal JournalReader Reader => new(JournalSettings.Sqlite(File), Some.Catalogue);

    internal static Task<JournalHost> StartAsync(string? file = null, Action<AkkaConfigurationBuilder>? more = null) =>
        StartAsync(JournalSettings.Sqlite(file ?? Path.Combine(Temporary.NewDirectory(), "journal.db")), more);

    internal static async Task<JournalHost> StartAsync(JournalSettings settings, Action<AkkaConfigurationBuilder>? more = null)
    {
        var host = new HostBuilder()
            .ConfigureServices(services => services.AddAkka("test", builder =>
            {
                builder
                    .WithJournal(settings)
                    .AddHocon("akka.loglevel = ERROR, akka.stdout-loglevel = OFF, akka.loggers = []", HoconAddMode.Prepend);
                more?.Invoke(builder);
            }))
            .Build();
        await host.StartAsync();
        return new JournalHost(host, new SqliteConnectionStringBuilder(settings.ConnectionString).DataSource);
    }

    internal IActorRef Stream(string stream = "run-x", TimeProvider? time = null, EventCatalogue? catalogue = null)
    {
        var props = Props.Create(() => new SampleActor(stream, catalogue ?? Some.Catalogue, time ?? TimeProvider.System));
        var listener = Kit.TestActor;
        return System.ActorOf(Props.Create(() => new SampleParent(props, listener)));
    }

    internal Task<SampleActor.Stored> StoreAsync(IActorRef stream, params IEvent[] events) =>
        stream.Ask<SampleActor.Stored>(new SampleActor.Store(events), TimeSpan.FromSeconds(20));

    internal static Task<SampleActor.Stored> LookAsync(IActorRef stream) =>
        stream.Ask<SampleActor.Stored>(new SampleActor.Look(), TimeSpan.FromSeconds(20));

    /// <summary>Changes the database behind the journal's back.</summary>
    internal static int Tamper(string file, string sql)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    /// <summary>One value from the file.</summary>
    internal static object? Query(string file, string sql)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
