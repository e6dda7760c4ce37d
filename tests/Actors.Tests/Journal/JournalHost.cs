using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Tests.Storage;
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

    readonly DataDirectory? _data;

    JournalHost(IHost host, JournalSettings settings, DataDirectory? data)
    {
        (_host, _data, Settings) = (host, data, settings);
        System = host.Services.GetRequiredService<ActorSystem>();
        Kit = new TestKit(System);
    }

    internal JournalSettings Settings { get; }
    internal string File => ((SqliteDatabase)Settings.Database).File;
    internal string Directory => _data!.Path;
    internal ActorSystem System { get; }
    internal TestKit Kit { get; }
    internal JournalReader Reader => new(Settings, Some.Catalogue);

    internal static Task<JournalHost> StartAsync(string? file = null, Action<AkkaConfigurationBuilder>? more = null) =>
        StartAsync(JournalSettings.Sqlite(file ?? Path.Combine(Temporary.NewDirectory(), "journal.db")), more);

    /// <summary>On a data directory whose journal is in a database of that kind.</summary>
    internal static Task<JournalHost> StartAsync(StoreKind kind, string? directory = null)
    {
        var data = DataDirectory.OpenForWriting(directory ?? Stores.Make(kind), TimeProvider.System);
        return StartAsync(data.Store.Settings, null, data);
    }

    internal static async Task<JournalHost> StartAsync(
        JournalSettings settings, Action<AkkaConfigurationBuilder>? more = null, DataDirectory? data = null)
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
        return new JournalHost(host, settings, data);
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
    internal int Tamper(string sql) => Vandal.Execute(Settings.Database, sql);

    /// <inheritdoc cref="Tamper(string)"/>
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
        _data?.Dispose();
    }
}
