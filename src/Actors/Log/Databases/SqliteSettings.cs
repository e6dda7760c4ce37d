using LinqToDB.Data;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Actors.Log.Databases;

/// <summary>
/// SQLite's settings on which it depends that an acknowledged event survives, as they really are and not as they were asked for.
/// </summary>
/// <param name="JournalMode">Must be <c>wal</c>.</param>
/// <param name="Synchronous">Must be 2, <c>FULL</c>.</param>
/// <param name="Version">SQLite's version.</param>
public sealed record SqliteSettings(string JournalMode, int Synchronous, string Version)
{
    /// <summary>What the journal gets in a directory: opens a database there in the journal's way, asks it, and removes it again.</summary>
    /// <param name="directory">A directory that can be written.</param>
    /// <exception cref="SqliteException">SQLite cannot keep a database there.</exception>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written.</exception>
    public static SqliteSettings Probe(string directory)
    {
        var temporary = Directory.CreateDirectory(Path.Combine(directory, $".probe-{Guid.NewGuid():N}")).FullName;
        var settings = SqliteDatabase.In(Path.Combine(temporary, "probe.db"));
        try
        {
            using var connection = new DataConnection(settings.WriteOptions());
            connection.Execute("CREATE TABLE probe (value INTEGER); INSERT INTO probe VALUES (1)");
            return new SqliteSettings(connection.Execute<string>("PRAGMA journal_mode"),
                connection.Execute<int>("PRAGMA synchronous"), connection.Execute<string>("SELECT sqlite_version()"));
        }
        finally
        {
            SqliteConnection.ClearPool(new SqliteConnection(settings.ConnectionString));
            Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>The journal mode of a journal that is there, which is not changed.</summary>
    /// <param name="file">A journal.</param>
    /// <exception cref="NotAJournalException">It is something else.</exception>
    /// <exception cref="SqliteException">It is damaged.</exception>
    public static string JournalModeOf(string file)
    {
        if (SqliteReadOnly.FaultOf(file) is { } fault) throw fault;
        using var connection = SqliteReadOnly.Open(SqliteDatabase.In(file).ConnectionString);
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";
        return (string)command.ExecuteScalar()!;
    }
}
