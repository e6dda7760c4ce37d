using System.Data.Common;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>
/// One transaction on the journal without an actor system: rows as
/// Akka.Persistence.Sql writes them, so that a host recovers from them as from its own.
/// </summary>
/// <remarks>
/// Only for the data directory's one writer, for streams of which no actor is
/// the writer. What is not committed never happened. Failure policy: audit.
/// </remarks>
sealed class StoreTransaction : IDisposable
{
    const int RowsAtOnce = 64;                        // of one statement: each is a way to the server and back

    readonly JournalDatabase _database;
    readonly DateTimeOffset _now;
    readonly DbConnection _connection;
    readonly DbTransaction _transaction;
    readonly List<(string Stream, JournalRow Row)> _pending = [];
    readonly Dictionary<string, string> _writers = [];
    bool _isLong;
    DbCommand? _insert;                               // of a full statement: making it costs as much as its rows

    /// <summary>Begins the transaction; makes the table where there is none.</summary>
    /// <param name="database">Which database.</param>
    /// <param name="time">Clock of the rows.</param>
    /// <exception cref="Disk.DataDirectoryUnusableException">
    /// The database cannot be opened or written; so for every method, and of a server a <see cref="DatabaseUnusableException"/>.
    /// </exception>
    public StoreTransaction(JournalDatabase database, TimeProvider time)
    {
        (_database, _now) = (database, time.GetUtcNow());
        try
        {
            _connection = database.OpenForWriting();
            _transaction = _connection.BeginTransaction();
            database.MakeTables(_connection);
        }
        catch (DbException refused)
        {
            _connection?.Dispose();
            throw database.Unusable(refused);
        }
    }

    /// <summary>Says that it may last longer than those of the journal, and bring events that are old already.</summary>
    internal void MayTakeLong()
    {
        if (!_isLong) _database.BeginAside();
        _isLong = true;
    }

    /// <summary>From here on no run gets a parent or is deleted in another transaction, until this one ends.</summary>
    internal void HoldLineage() => Guard(() => _database.HoldLineage(_connection));

    /// <summary>Adds a row behind those of its stream. Rows go to the database many at once.</summary>
    internal void Append(string stream, JournalRow row)
    {
        _pending.Add((stream, row));
        if (_pending.Count == RowsAtOnce) Flush();
    }

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
    internal void Delete(string stream)
    {
        Flush();
        _writers.Remove(stream);
        Guard(() => _connection.Execute(
            "DELETE FROM journal WHERE persistence_id = @stream; DELETE FROM snapshot WHERE persistence_id = @stream",
            ("@stream", stream)));
    }

    /// <summary>Keeps a short cut through a stream, in the place of the one at the same event.</summary>
    internal void Put(StreamSnapshot snapshot) => Guard(() => _connection.Execute(
        """
        INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id)
        VALUES (@stream, @sequence, @created, @snapshot, @kind, @serializer)
        ON CONFLICT (persistence_id, sequence_number) DO UPDATE SET created = excluded.created, snapshot = excluded.snapshot,
            manifest = excluded.manifest, serializer_id = excluded.serializer_id
        """,
        ("@stream", snapshot.Stream), ("@sequence", snapshot.Head.Sequence), ("@created", _now.UtcTicks),
        ("@snapshot", snapshot.ToBytes()), ("@kind", snapshot.Kind), ("@serializer", JournalRow.SerializerId)));

    /// <summary>Makes it true, and durable.</summary>
    public void Commit()
    {
        Flush();
        Guard(_transaction.Commit);
    }

    /// <summary>
    /// Gives the room of removed rows back to the disk, after <see cref="Commit"/>; where
    /// that needs room which is not there, the file keeps its size and uses it again.
    /// </summary>
    internal void Shrink()
    {
        try { _database.Shrink(_connection); }
        catch (DbException) { } // the rows are gone in any case
    }

    /// <summary>Ends the transaction, undone if it was not committed.</summary>
    public void Dispose()
    {
        _insert?.Dispose();
        _transaction.Dispose();
        _connection.Dispose();
        if (_isLong) _database.EndAside();
    }

    /// <summary>Hands the rows that were added to the database, which may refuse them only now.</summary>
    internal void Flush() => Guard(() =>
    {
        if (_pending.Count == 0) return;
        var isFull = _pending.Count == RowsAtOnce;
        var insert = isFull ? _insert ??= Insert(RowsAtOnce) : Insert(_pending.Count);
        try
        {
            var parameter = 0;
            void Set(object value) => insert.Parameters[parameter++].Value = value;
            foreach (var (stream, row) in _pending)
            {
                Set(stream);
                Set(row.Sequence);
                Set(row.Message);
                Set(row.Manifest);
                Set(WriterOf(stream, row.Sequence));
            }
            insert.ExecuteNonQuery();
            _pending.Clear();
        }
        finally
        {
            if (!isFull) insert.Dispose();
        }
    });

    DbCommand Insert(int rows)
    {
        var values = Enumerable.Range(0, rows).Select(row => FormattableString.Invariant(
            $"({_now.UtcTicks}, FALSE, @s{row}, @n{row}, @e{row}, '', @m{row}, {JournalRow.SerializerId}, @w{row})"));
        var insert = _connection.Command(
            "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, tags, manifest, identifier, writer_uuid) "
            + $"VALUES {string.Join(", ", values)}");
        foreach (var row in Enumerable.Range(0, rows))
            foreach (var name in (string[])["s", "n", "e", "m", "w"])
            {
                var parameter = insert.CreateParameter();
                parameter.ParameterName = FormattableString.Invariant($"@{name}{row}");
                insert.Parameters.Add(parameter);
            }
        return insert;
    }

    // The journal's plugin has one writer_uuid for all that a process writes, and Akka takes one that comes again behind another for two
    // writers at once: so a row goes in under the name of the one before.
    string WriterOf(string stream, long sequence) => _writers.TryGetValue(stream, out var known) ? known : _writers[stream] =
        _connection.Ask("SELECT writer_uuid FROM journal WHERE persistence_id = @stream AND sequence_number = @before",
            ("@stream", stream), ("@before", sequence - 1)) as string ?? Guid.NewGuid().ToString("N");

    void Guard(Action write)
    {
        try { write(); }
        catch (DbException refused) { throw _database.Unusable(refused); }
    }
}
