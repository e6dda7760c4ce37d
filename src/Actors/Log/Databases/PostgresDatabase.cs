using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using LinqToDB;
using Npgsql;

namespace ActorRlhf.Actors.Log.Databases;

/// <summary>A PostgreSQL database, by connection string.</summary>
/// <remarks>
/// Connections go to the server itself or to a pooler that keeps a session (PgBouncer's <c>session</c> mode): a writer's carry the
/// epoch of its host as a setting of the session.
/// </remarks>
sealed class PostgresDatabase : JournalDatabase
{
    const int Connecting = 3, Writing = 4, Reading = 60;   // seconds; a write has to answer within JournalSettings.WriteDeadline
    const int MostIdle = 10;
    const int Prepared = 32;                           // statements of a connection that the server parses once; readers have about ten
    readonly NpgsqlConnectionStringBuilder _address;
    readonly string _writing, _reading;

    /// <param name="address">Where it is.</param>
    /// <param name="epoch">Of the host that holds it, for a writer; null for a reader.</param>
    public PostgresDatabase(NpgsqlConnectionStringBuilder address, long? epoch = null)
    {
        _address = address;
        // A reader leaves nothing in its session that the next one could stumble over. What it asks is parsed once, but planned each time:
        // the plan that the server makes for any stream at once took several times as long.
        _reading = With("default_transaction_read_only=on -c plan_cache_mode=force_custom_plan", Reading, one =>
            (one.NoResetOnClose, one.MaxAutoPrepare) = (true, Math.Max(one.MaxAutoPrepare, Prepared)));
        // A host that sleeps in the middle of a transaction must not keep the next one from taking over.
        _writing = epoch is { } own
            ? With(string.Create(CultureInfo.InvariantCulture,
                $"{PostgresSchema.EpochSetting}={own} -c idle_in_transaction_session_timeout={MostIdle}s"), Writing)
            : _reading;
    }

    internal override string Provider => "PostgreSQL.15";

    internal override string ConnectionString => _writing;

    public override string Place => PostgresAddress.Of(_address);

    public override bool IsNew => false;               // whoever opens it for writing makes the tables first

    internal override bool OrdersByCommit => false;

    internal override long? Bytes
    {
        get
        {
            using var connection = OpenForReading();
            return connection.Ask("SELECT pg_total_relation_size('journal') + pg_total_relation_size('snapshot')") as long?;
        }
    }

    // Whoever took the lease has made them; and whoever asks for an index, even for one that is there, locks the table against writers.
    internal override void MakeTables(DbConnection connection) { }

    internal override void ThrowUnlessDurable()
    {
        using var connection = OpenForWriting();
        PostgresSettings.Of(connection).ThrowUnlessDurable();
    }

    internal override DataOptions WriteOptions() => new DataOptions().UseConnectionString(Provider, _writing);

    internal override DbConnection OpenForReading() => Open(_reading);

    internal override DbConnection OpenForWriting() => Open(_writing);

    internal override bool HasTable(DbConnection connection, string table) =>
        connection.Ask("SELECT to_regclass(@table)::text", ("@table", table)) is not null;

    internal override void HoldLineage(DbConnection connection) => connection.Execute("SELECT pg_advisory_xact_lock(20231100169)");

    // The server's own housekeeping does it.
    internal override void Shrink(DbConnection connection) { }

    internal override void CloseKeptConnections()
    {
        foreach (var one in (string[])[_writing, _reading]) NpgsqlConnection.ClearPool(new NpgsqlConnection(one));
    }

    public override Exception Unusable(Exception cause) => new DatabaseUnusableException(Place, cause);

    static NpgsqlConnection Open(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch (SocketException unknown)               // a name that nobody knows now, which the driver passes on as it is
        {
            connection.Dispose();
            throw new NpgsqlException(unknown.Message, unknown);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    string With(string setting, int seconds, Action<NpgsqlConnectionStringBuilder>? more = null)
    {
        var address = new NpgsqlConnectionStringBuilder(_address.ConnectionString)
        {
            Timeout = Connecting,
            CommandTimeout = seconds,
        };
        address.Options = $"{address.Options} -c {setting}".TrimStart();
        address.ApplicationName ??= "actorrlhf";
        more?.Invoke(address);
        return address.ConnectionString;
    }
}
