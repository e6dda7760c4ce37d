using System.Data.Common;
using ActorRlhf.Actors.Log.Disk;
using LinqToDB;
using LinqToDB.Data;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Actors.Log.Databases;

/// <summary>The embedded database: one file.</summary>
/// <param name="connectionString">Of Microsoft.Data.Sqlite.</param>
sealed class SqliteDatabase(string connectionString) : JournalDatabase
{
    const int Full = 2;                                // of PRAGMA synchronous

    /// <summary>The file; made by the first writer.</summary>
    public string File { get; } = new SqliteConnectionStringBuilder(connectionString).DataSource;

    /// <summary>The database in a file.</summary>
    public static SqliteDatabase In(string file) => new(new SqliteConnectionStringBuilder
    {
        DataSource = file,
        // Less than the write deadline: a locked database answers with its own error, not with silence.
        DefaultTimeout = 3,
    }.ConnectionString);

    internal override string Provider => "SQLite.MS";

    internal override string ConnectionString => connectionString;

    public override string Place => File;

    public override bool IsNew => !System.IO.File.Exists(File);

    internal override bool OrdersByCommit => true;               // there is one transaction at a time

    internal override long? Bytes => null;             // its files are counted with those of the directory

    internal override void MakeTables(DbConnection connection) => connection.Execute("""
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
        """);

    internal override void ThrowUnlessDurable()
    {
        try
        {
            using var connection = new DataConnection(WriteOptions());
            var (mode, synchronous) = (connection.Execute<string>("PRAGMA journal_mode"), connection.Execute<int>("PRAGMA synchronous"));
            if (mode != "wal") throw new UnsafeStorageException("journal_mode", mode, "wal");
            if (synchronous != Full) throw new UnsafeStorageException("synchronous", $"{synchronous}", $"{Full}");
        }
        catch (SqliteException refused) { throw Unusable(refused); }
    }

    internal override DataOptions WriteOptions() =>
        new DataOptions().UseConnectionString(Provider, ConnectionString).UseInterceptor(new SqlitePragmas());

    internal override DbConnection OpenForReading() => SqliteReadOnly.Open(connectionString);

    internal override DbConnection OpenForWriting()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            connection.Execute(SqlitePragmas.Durable);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Brings everything into the one file, so that it can be moved; nobody has it open.</summary>
    internal void Settle()
    {
        CloseKeptConnections();
        var address = new SqliteConnectionStringBuilder(connectionString) { Pooling = false };
        using var connection = new SqliteConnection(address.ConnectionString);
        connection.Open();
        if (connection.Ask("PRAGMA journal_mode = DELETE") is not "delete")
            throw new IOException($"{File} is open elsewhere, so its last events cannot be brought into the file");
    }

    internal override bool HasTable(DbConnection connection, string table) =>
        connection.Ask("SELECT 1 FROM sqlite_master WHERE name = @table", ("@table", table)) is not null;

    internal override void HoldLineage(DbConnection connection) { } // there is one transaction at a time

    // Where it needs room that is not there, the file keeps its size and uses it again.
    internal override void Shrink(DbConnection connection) => connection.Execute("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");

    // They would keep the -wal file, and a reader of a copy would need it.
    internal override void CloseKeptConnections() => SqliteConnection.ClearPool(new SqliteConnection(connectionString));

    public override Exception Unusable(Exception cause) => DatabaseFault.MayPass(cause)
        ? new DataDirectoryUnusableException(File, cause.Message.TrimEnd('.'), "The database is busy; try again", cause) { MayPass = true }
        : DataDirectoryUnusableException.For(File, cause is DbException refused ? DatabaseFault.AsIo(refused) : cause);
}
