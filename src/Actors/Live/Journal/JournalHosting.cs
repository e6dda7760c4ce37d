using System.Globalization;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using Akka.Actor;
using Akka.Hosting;
using Akka.Persistence;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Config;

namespace ActorRlhf.Actors.Live.Journal;

/// <summary>Puts the journal into an actor system.</summary>
public static class JournalHosting
{
    /// <summary>The dispatcher of the writers of streams.</summary>
    public const string LogDispatcher = "log-dispatcher";

    const string JournalPath = "akka.persistence.journal.sql";
    const string FallbackPath = "akka.persistence.journal-plugin-fallback";
    const string FilterMode = "replay-filter.mode";

    /// <summary>
    /// Persistence in SQL with our serializer only, durable connections, a replay filter that fails, dispatchers of its own, and
    /// <see cref="JournalGuard"/> as <c>/user/journal</c>. Also defines <c>compute-dispatcher</c>, one
    /// thread for each actor on it, and <c>log-dispatcher</c> for the writers of streams.
    /// </summary>
    /// <param name="builder">The actor system to be.</param>
    /// <param name="settings">Which database.</param>
    /// <remarks>Starting the system throws <see cref="UnsafeStorageException"/> when a durability setting is not in force.</remarks>
    public static AkkaConfigurationBuilder WithJournal(this AkkaConfigurationBuilder builder, JournalSettings settings)
    {
        return builder
            .AddHocon(Hocon(settings), HoconAddMode.Prepend)
            .AddHocon(SqlPersistence.DefaultConfiguration, HoconAddMode.Append)
            .AddSetup(new DataOptionsSetup(settings.Database.WriteOptions()))
            .WithStrictSerialization()
            .WithCustomSerializer(
                "actorrlhf-journal", [typeof(StoredEvent), typeof(StreamSnapshot), typeof(JournalHeartbeat)],
                system => new JournalSerializer(system))
            .AddStartup((system, _) => EnsureSafe(system, settings))
            .WithActors((system, registry) =>
            {
                var store = Persistence.Instance.Apply(system).SnapshotStoreFor("");
                var guard = system.ActorOf(
                    JournalGuard.Props(store, TimeProvider.System, settings.HeartbeatInterval, settings.WriteDeadline), "journal");
                registry.Register<JournalGuard>(guard);
            });
    }

    static string Hocon(JournalSettings settings)
    {
        var deadline = string.Create(CultureInfo.InvariantCulture, $"{settings.WriteDeadline.TotalMilliseconds:0}ms");
        return $$"""
            compute-dispatcher { type = PinnedDispatcher }
            # Who reads or seals a log may wait for a disk.
            {{LogDispatcher}} { type = ForkJoinDispatcher, dedicated-thread-pool { thread-count = 4 } }
            # A driver may block; nobody else's thread waits for it, and replays do not keep a write waiting.
            journal-dispatcher { type = ForkJoinDispatcher, dedicated-thread-pool { thread-count = 4 } }
            akka.persistence {
              journal-plugin-fallback.replay-filter.mode = fail
              journal {
                plugin = "akka.persistence.journal.sql"
                sql {
                  provider-name = "{{settings.Database.Provider}}"
                  plugin-dispatcher = journal-dispatcher
                  materializer-dispatcher = journal-dispatcher
                  # No tags are written; this keeps the table of tags, whose reads are quadratic, out of the schema.
                  tag-write-mode = Csv
                  parallelism = 1
                  # One atomic write a transaction: a stale writer's refusal never takes another actor's events with it.
                  batch-size = 1
                  prefer-parameters-on-multirow-insert = true
                  # Deferred BEGIN: readers do not take SQLite's write lock.
                  read-isolation-level = read-uncommitted
                  replay-filter.mode = fail
                  circuit-breaker { max-failures = 10, call-timeout = {{deadline}}, reset-timeout = 5s }
                }
              }
              snapshot-store {
                plugin = "akka.persistence.snapshot-store.sql"
                sql {
                  provider-name = "{{settings.Database.Provider}}"
                  plugin-dispatcher = journal-dispatcher
                  read-isolation-level = read-uncommitted
                  circuit-breaker { max-failures = 10, call-timeout = {{deadline}}, reset-timeout = 5s }
                }
              }
            }
            """;
    }

    static void EnsureSafe(ActorSystem system, JournalSettings settings)
    {
        var config = system.Settings.Config;
        var mode = config.GetConfig(JournalPath).WithFallback(config.GetConfig(FallbackPath)).GetString(FilterMode);
        if (mode != "fail") throw new UnsafeStorageException(FilterMode, mode, "fail");
        settings.Database.ThrowUnlessDurable();
        system.RegisterOnTermination(settings.Database.CloseKeptConnections);
    }
}
