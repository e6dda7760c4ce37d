using System.Globalization;
using Npgsql;

namespace ActorRlhf.Actors.Log.Databases;

/// <summary>The right to write a PostgreSQL database, which one host has at a time; with the epoch that proves it.</summary>
/// <remarks>
/// The holder gives a sign of life every few seconds; by the server's clock, another host may take over when there has been none for
/// <see cref="Silence"/>, and at once when it was given back or when it was held for the same data directory, whose lock file says that
/// the former holder is gone. That somebody was only slow is no harm: see <see cref="PostgresSchema"/>.
/// </remarks>
sealed class PostgresLease : IDisposable
{
    /// <summary>How long a holder may be silent.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    static readonly TimeSpan s_beat = TimeSpan.FromSeconds(4);
    readonly NpgsqlConnectionStringBuilder _address;
    readonly CancellationTokenSource _lost = new();
    readonly Timer _timer;
    readonly Lock _beating = new();

    PostgresLease(NpgsqlConnectionStringBuilder address, long epoch, Guid journal)
    {
        (_address, Epoch, Journal) = (address, epoch, journal);
        _timer = new Timer(_ => Beat(), null, s_beat, s_beat);
    }

    /// <summary>What every write of the holder carries.</summary>
    public long Epoch { get; }

    /// <summary>What the database calls itself.</summary>
    public Guid Journal { get; }

    /// <summary>Cancelled when another host has taken the database over.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Makes the tables where they are missing, and takes the right to write them.</summary>
    /// <param name="address">The database.</param>
    /// <param name="directory">The data directory of the taker, whose lock it holds: full path and machine.</param>
    /// <param name="holder">Who takes it, as JSON, for whoever is refused.</param>
    /// <param name="current">Whoever has it, where it could not be taken; null where it could.</param>
    /// <exception cref="DatabaseUnusableException">The server cannot be reached, or refuses.</exception>
    public static PostgresLease? TryTake(
        NpgsqlConnectionStringBuilder address, string directory, string holder, out (string? Holder, string? Directory) current)
    {
        var database = new PostgresDatabase(address, epoch: 0);
        try
        {
            using var connection = database.OpenForWriting();
            using (var making = connection.BeginTransaction())
            {
                // Two hosts that begin on one empty database.
                connection.Execute("SELECT pg_advisory_xact_lock(20231100168)");
                // Only where they are missing: asking for an index that is there waits for whoever is writing.
                if (!database.HasTable(connection, PostgresSchema.Writer))
                {
                    connection.Execute(PostgresSchema.Tables);
                    connection.Execute(PostgresSchema.Fence);
                }
                making.Commit();
            }
            current = default;
            using (var taking = connection.Command($"""
                UPDATE {PostgresSchema.Writer} SET epoch = epoch + 1, holder = @holder, directory = @directory, seen = clock_timestamp()
                WHERE holder IS NULL OR directory = @directory OR seen < clock_timestamp() - make_interval(secs => @silence)
                RETURNING epoch, journal
                """, ("@holder", holder), ("@directory", directory), ("@silence", Silence.TotalSeconds)))
            using (var taken = taking.ExecuteReader())
                if (taken.Read()) return new PostgresLease(address, taken.GetInt64(0), taken.GetGuid(1));
            current = Holder(database);
            return null;
        }
        catch (NpgsqlException refused) { throw new DatabaseUnusableException(database.Place, refused); }
    }

    /// <summary>Who may write a database now, if anybody has given a sign of life: as JSON, and its data directory.</summary>
    public static (string? Holder, string? Directory) Holder(PostgresDatabase database)
    {
        using var connection = database.OpenForReading();
        using var command = connection.Command($"""
            SELECT holder, directory FROM {PostgresSchema.Writer}
            WHERE holder IS NOT NULL AND seen >= clock_timestamp() - make_interval(secs => @silence)
            """, ("@silence", Silence.TotalSeconds));
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetString(0), reader.GetString(1)) : default;
    }

    /// <summary>Gives the right back, so that the next host need not wait.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_beating)
        {
            try { Execute("UPDATE {0} SET holder = NULL, directory = NULL WHERE epoch = {1}"); }
            catch (NpgsqlException) { } // without it the next host waits a little
        }
        _lost.Dispose();
    }

    void Beat()
    {
        // A beat that waits for the server is enough.
        if (!_beating.TryEnter()) return;
        try
        {
            if (Execute("UPDATE {0} SET seen = clock_timestamp() WHERE epoch = {1}") == 0) _lost.Cancel();
        }
        // The edge of a timer: the server, or the name of its machine, is away, or the right was given back in this moment. Whoever comes
        // back later finds out whether this is still the holder.
        catch (Exception) { }
        finally { _beating.Exit(); }
    }

    int Execute(string sql)
    {
        using var connection = new PostgresDatabase(_address, Epoch).OpenForWriting();
        return connection.Execute(string.Format(CultureInfo.InvariantCulture, sql, PostgresSchema.Writer, Epoch));
    }
}
