using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>
/// One transaction on the embedded journal without an actor system: rows as
/// Akka.Persistence.Sql writes them, so that a host recovers from them as from its own.
/// </summary>
/// <remarks>
/// Only for the data directory's one writer, for streams of which no actor is
/// the writer. What is not committed never happened. Failure policy: audit.
/// </remarks>
sealed class StoreTransaction : IDisposable
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
        CREATE TABLE IF NOT EXISTS snapshot (
            persistence_id NVarChar(255) NOT NULL,
            sequence_number INTEGER NOT NULL,
            created INTEGER NOT NULL,
            snapshot VarBinary NULL,
            manifest NVarChar(500) NULL,
            serializer_id INTEGER NULL,
            CONSTRAINT PK_snapshot PRIMARY KEY (persistence_id, sequence_number));
        CREATE INDEX IF NOT EXISTS snapshot_sequence_number_idx ON snapshot (sequence_number);
        CREATE INDEX IF NOT EXISTS snapshot_created_idx ON snapshot (created);
        """;

    readonly string _file;
    readonly DateTimeOffset _now;
    readonly SqliteConnection _connection;
    readonly SqliteTransaction _transaction;
    readonly SqliteCommand _insert;

    /// <summary>Begins the transaction; makes the table where there is none.</summary>
    /// <param name="settings">Which database.</param>
    /// <param name="file">Its file, for errors.</param>
    /// <param name="time">Clock of the rows.</param>
    /// <exception cref="DataDirectoryUnusableException">The database cannot be opened or written; so for every method.</exception>
    public StoreTransaction(JournalSettings settings, string file, TimeProvider time)
    {
        (_file, _now) = (file, time.GetUtcNow());
        _connection = new SqliteConnection(
            new SqliteConnectionStringBuilder(settings.ConnectionString) { Pooling = false }.ConnectionString);
        try
        {
            _connection.Open();
            Execute(_connection, SqlitePragmas.Durable);
            _transaction = _connection.BeginTransaction();
            Execute(_connection, Schema);
            _insert = Insert(_now);
        }
        catch (SqliteException refused)
        {
            _connection.Dispose();
            throw Unusable(refused);
        }
    }

    /// <summary>Adds a row behind those of its stream.</summary>
    internal void Append(string stream, JournalRow row) => Guard(() =>
    {
        (_insert.Parameters["@stream"].Value, _insert.Parameters["@sequence"].Value) = (stream, row.Sequence);
        (_insert.Parameters["@message"].Value, _insert.Parameters["@manifest"].Value) = (row.Message, row.Manifest);
        _insert.ExecuteNonQuery();
    });

    /// <summary>Adds an event behind those of its stream, sealed as its writer would.</summary>
    /// <param name="head">The event before it.</param>
    /// <param name="epoch">Which writer of the stream this is.</param>
    /// <param name="who">The person or token that asked; null for nobody.</param>
    /// <returns>The event.</returns>
    internal StreamHead Append(string stream, StreamHead head, IEvent fact, long epoch, string? who)
    {
        var envelope = new EventEnvelope(_now, null, Environment.MachineName, Environment.ProcessId, epoch, who);
        var stored = EventCatalogue.Known.Seal(stream, head, fact, envelope);
        Append(stream, new JournalRow(0, head.Sequence + 1, stored.Manifest, JournalRow.SerializerId, stored.ToBytes()));
        return new StreamHead(head.Sequence + 1, stored.Hash);
    }

    /// <summary>Removes a stream, and what was kept as a short cut through it.</summary>
    internal void Delete(string stream) => Guard(() =>
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "DELETE FROM journal WHERE persistence_id = @stream; DELETE FROM snapshot WHERE persistence_id = @stream";
        command.Parameters.AddWithValue("@stream", stream);
        command.ExecuteNonQuery();
    });

    /// <summary>Keeps a short cut through a stream, in the place of the one at the same event.</summary>
    internal void Put(StreamSnapshot snapshot) => Guard(() =>
    {
        using var command = _connection.CreateCommand();
        command.CommandText = """
            INSERT OR REPLACE INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id)
            VALUES (@stream, @sequence, @created, @snapshot, @kind, @serializer)
            """;
        command.Parameters.AddWithValue("@stream", snapshot.Stream);
        command.Parameters.AddWithValue("@sequence", snapshot.Head.Sequence);
        command.Parameters.AddWithValue("@created", _insert.Parameters["@created"].Value);
        command.Parameters.AddWithValue("@snapshot", snapshot.ToBytes());
        command.Parameters.AddWithValue("@kind", snapshot.Kind);
        command.Parameters.AddWithValue("@serializer", JournalRow.SerializerId);
        command.ExecuteNonQuery();
    });

    /// <summary>Makes it true, and durable.</summary>
    public void Commit() => Guard(_transaction.Commit);

    /// <summary>
    /// Gives the room of removed rows back to the disk, after <see cref="Commit"/>; where
    /// that needs room which is not there, the file keeps its size and uses it again.
    /// </summary>
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
        command.Parameters.AddWithValue("@serializer", JournalRow.SerializerId);
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

    void Guard(Action write)
    {
        try { write(); }
        catch (SqliteException refused) { throw Unusable(refused); }
    }

    DataDirectoryUnusableException Unusable(SqliteException refused) =>
        DataDirectoryUnusableException.For(_file, SqliteFault.AsIo(refused));
}
