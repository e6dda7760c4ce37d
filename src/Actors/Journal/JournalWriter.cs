using ActorRlhf.Actors.Storage;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Actors.Journal;

/// <summary>One transaction on the embedded journal without an actor system: rows as Akka.Persistence.Sql writes them, so that a host recovers from them as from its own.</summary>
/// <remarks>Only for the data directory's one writer while it runs no actor system. What is not committed never happened. Failure policy: audit.</remarks>
sealed class JournalWriter : IDisposable
{
    // What Akka.Persistence.Sql makes; a test compares the two.
    const string Schema = """
        CREATE TABLE IF NOT EXISTS journal (
            ordering INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            created INTEGER NOT NULL,
            deleted Bit NOT NULL,
            persistence_id NVarChar(255) NOT NULL,
            sequence_number INTEGER NOT NULL,
            message VarBinary NOT NULL,
            tags NVarChar(100) NULL,
            manifest NVarChar(500) NULL,
            identifier INTEGER NULL,
            writer_uuid NVarChar(128) NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS journal_uq ON journal (persistence_id, sequence_number);
        CREATE INDEX IF NOT EXISTS journal_created_idx ON journal (created);
        CREATE INDEX IF NOT EXISTS journal_sequence_number_idx ON journal (sequence_number);
        """;

    readonly SqliteConnection _connection;
    readonly SqliteTransaction _transaction;
    readonly SqliteCommand _insert;

    /// <summary>Begins the transaction; makes the table where there is none.</summary>
    /// <param name="data">The directory, opened for writing.</param>
    /// <param name="time">Clock of the rows.</param>
    /// <exception cref="InvalidOperationException">The directory was opened for reading.</exception>
    /// <exception cref="SqliteException">The database cannot be opened or written.</exception>
    public JournalWriter(DataDirectory data, TimeProvider time)
    {
        data.ThrowUnlessWriter();
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder(JournalSettings.Sqlite(data.JournalFile).ConnectionString) { Pooling = false }.ConnectionString);
        try
        {
            _connection.Open();
            Execute(_connection, SqlitePragmas.Durable);
            _transaction = _connection.BeginTransaction();
            Execute(_connection, Schema);
            _insert = Insert(time.GetUtcNow());
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Adds a row.</summary>
    /// <exception cref="SqliteException">The stream has an event of that sequence number, or the disk is full.</exception>
    internal void Append(string stream, JournalRow row)
    {
        (_insert.Parameters["@stream"].Value, _insert.Parameters["@sequence"].Value) = (stream, row.Sequence);
        (_insert.Parameters["@message"].Value, _insert.Parameters["@manifest"].Value) = (row.Message, row.Manifest);
        _insert.ExecuteNonQuery();
    }

    /// <summary>Removes a stream with all its rows.</summary>
    internal void Delete(string stream)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "DELETE FROM journal WHERE persistence_id = @stream";
        command.Parameters.AddWithValue("@stream", stream);
        command.ExecuteNonQuery();
    }

    /// <summary>Makes everything since construction durable.</summary>
    public void Commit() => _transaction.Commit();

    /// <summary>Gives the room of removed rows back to the disk, after <see cref="Commit"/>; where that needs room which is not there, the file keeps its size and uses it again.</summary>
    internal void Shrink()
    {
        try { Execute(_connection, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE);"); }
        catch (SqliteException) { } // the rows are gone in any case
    }

    /// <summary>Ends the transaction, undone if it was not committed.</summary>
    public void Dispose()
    {
        _insert.Dispose();
        _transaction.Dispose();
        _connection.Dispose();
    }

    SqliteCommand Insert(DateTimeOffset now)
    {
        var command = _connection.CreateCommand();
        command.CommandText = """
            INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, tags, manifest, identifier, writer_uuid)
            VALUES (@created, 0, @stream, @sequence, @message, '', @manifest, @serializer, @writer)
            """;
        command.Parameters.AddWithValue("@created", now.UtcTicks);
        command.Parameters.AddWithValue("@serializer", JournalSerializer.Id);
        command.Parameters.AddWithValue("@writer", Guid.NewGuid().ToString("N"));
        foreach (var name in (string[])["@stream", "@manifest"]) command.Parameters.Add(name, SqliteType.Text);
        command.Parameters.Add("@sequence", SqliteType.Integer);
        command.Parameters.Add("@message", SqliteType.Blob);
        return command;
    }

    static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
