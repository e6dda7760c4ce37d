using ActorRlhf.Actors.Log.Disk;
using LinqToDB;
using LinqToDB.Data;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Actors.Log.Sqlite;

/// <summary>Where the journal is and how long it may take.</summary>
/// <param name="Provider">LinqToDB's name of the database, such as <c>SQLite.MS</c> or <c>PostgreSQL.15</c>.</param>
/// <param name="ConnectionString">The database driver's connection string.</param>
public sealed record JournalSettings(string Provider, string ConnectionString)
{
    const string SqliteProvider = "SQLite.MS";
    const int Full = 2;                                // of PRAGMA synchronous

    /// <summary>How long a write may take before its sender gets <c>PersistFailed</c>; at most 5 s are promised to a caller.</summary>
    public TimeSpan WriteDeadline { get; init; } = TimeSpan.FromSeconds(4.5);

    /// <summary>Time between two heartbeats of <c>JournalGuard</c>.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the database is the embedded one.</summary>
    internal bool IsSqlite => Provider == SqliteProvider;

    /// <summary>The embedded database, one file.</summary>
    /// <param name="file">Path of the file; made when it is missing.</param>
    public static JournalSettings Sqlite(string file) => new(SqliteProvider, new SqliteConnectionStringBuilder
    {
        DataSource = file,
        // Less than the write deadline: a locked database answers with its own error, not with silence.
        DefaultTimeout = 3,
    }.ConnectionString);

    /// <summary>Opens the database in the journal's way and asks it whether a commit is durable.</summary>
    /// <exception cref="UnsafeStorageException">It is not.</exception>
    /// <exception cref="Disk.DataDirectoryUnusableException">The database cannot be opened or made.</exception>
    internal void ThrowUnlessDurable()
    {
        if (!IsSqlite) return;
        try
        {
            using var connection = new DataConnection(WriteOptions());
            var (mode, synchronous) = (connection.Execute<string>("PRAGMA journal_mode"), connection.Execute<int>("PRAGMA synchronous"));
            if (mode != "wal") throw new UnsafeStorageException("journal_mode", mode, "wal");
            if (synchronous != Full) throw new UnsafeStorageException("synchronous", $"{synchronous}", $"{Full}");
        }
        catch (SqliteException refused)
        {
            throw DataDirectoryUnusableException.For(new SqliteConnectionStringBuilder(ConnectionString).DataSource, refused);
        }
    }

    /// <summary>Closes connections that were kept open: they would keep the -wal file, and a reader of a copy would need it.</summary>
    internal void CloseKeptConnections()
    {
        if (IsSqlite) SqliteConnection.ClearPool(new SqliteConnection(ConnectionString));
    }

    /// <summary>How linq2db writes, with the settings that make a commit durable.</summary>
    internal DataOptions WriteOptions()
    {
        var options = new DataOptions().UseConnectionString(Provider, ConnectionString);
        return IsSqlite ? options.UseInterceptor(new SqlitePragmas()) : options;
    }
}
