using Microsoft.Data.Sqlite;

namespace ActorRlhf.Actors.Log.Databases;

/// <summary>Opens the embedded journal for reading alone, also on read-only media; leaves the directory as it was.</summary>
static class SqliteReadOnly
{
    const int Error = 1, CannotOpen = 14, ReadOnly = 8, NotADatabase = 26;

    // The other table of the journal's plugin, which may be there first.
    const string Tables =
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> 'snapshot'";

    // Everything that readers ask for, so that a table of that name which somebody else made is none.
    const string Columns = "SELECT ordering, persistence_id, sequence_number, deleted, manifest, identifier, message FROM journal LIMIT 0";

    /// <summary>
    /// What is wrong with a file that should be a journal; null if it has the
    /// table of one, or none yet because its first writer did not come so far.
    /// </summary>
    /// <exception cref="NotAJournalException">The file is no SQLite database.</exception>
    internal static NotAJournalException? FaultOf(string file)
    {
        using var connection = Open(SqliteDatabase.In(file).ConnectionString);
        using var command = connection.CreateCommand();
        command.CommandText = Tables;
        if (command.ExecuteScalar() is 0L) return null;
        command.CommandText = Columns;
        try
        {
            command.ExecuteNonQuery();
            return null;
        }
        catch (SqliteException missing) when (missing.SqliteErrorCode is Error)
        {
            return new NotAJournalException(file, "it is a database without the table of a journal");
        }
    }

    /// <exception cref="NotAJournalException">The file is no SQLite database.</exception>
    /// <exception cref="IOException">The journal was left by a killed writer on media that cannot be written.</exception>
    internal static SqliteConnection Open(string connectionString)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString) { Pooling = false };
        // WAL mode makes two files beside the database where they are missing, and only a connection that may write takes them away
        // again. Where a writer left them, a connection without that right leaves them to the next writer.
        builder.Mode = File.Exists(builder.DataSource + "-wal") ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite;
        try { return OpenAndTouch(builder); }
        catch (SqliteException foreign) when (foreign.SqliteErrorCode is NotADatabase)
        {
            throw new NotAJournalException(builder.DataSource, "it is no SQLite database");
        }
        catch (SqliteException refused) when (refused.SqliteErrorCode is CannotOpen or ReadOnly)
        {
            var file = builder.DataSource;
            if (!File.Exists(file)) throw;
            // Where the two files cannot be made, the database must be complete without them.
            if (new FileInfo(file + "-wal") is { Exists: true, Length: > 0 })
                throw new IOException($"{file} cannot be read where it is: its last events are in {file}-wal, and SQLite needs "
                    + "write permission there to take them in. Copy the directory to a place that can be written", refused);
            (builder.DataSource, builder.Mode) = ($"{new Uri(Path.GetFullPath(file)).AbsoluteUri}?immutable=1", SqliteOpenMode.ReadOnly);
            return OpenAndTouch(builder);
        }
    }

    static SqliteConnection OpenAndTouch(SqliteConnectionStringBuilder builder)
    {
        var connection = new SqliteConnection(builder.ConnectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            // Opening alone touches nothing, so it does not tell whether reading works.
            command.CommandText = "PRAGMA query_only = ON; SELECT COUNT(*) FROM sqlite_master";
            command.ExecuteScalar();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
