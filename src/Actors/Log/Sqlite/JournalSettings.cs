using LinqToDB;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Actors.Log.Sqlite;

/// <summary>Where the journal is and how long it may take.</summary>
/// <param name="Provider">LinqToDB's name of the database, such as <c>SQLite.MS</c> or <c>PostgreSQL.15</c>.</param>
/// <param name="ConnectionString">The database driver's connection string.</param>
public sealed record JournalSettings(string Provider, string ConnectionString)
{
    const string SqliteProvider = "SQLite.MS";

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

    /// <summary>How linq2db writes, with the settings that make a commit durable.</summary>
    internal DataOptions WriteOptions()
    {
        var options = new DataOptions().UseConnectionString(Provider, ConnectionString);
        return IsSqlite ? options.UseInterceptor(new SqlitePragmas()) : options;
    }
}
