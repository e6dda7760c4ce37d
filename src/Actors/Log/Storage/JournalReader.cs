using System.Data.Common;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using MessagePack;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>Reads streams without an actor system and without a lock, also while a writer is at work.</summary>
/// <remarks>
/// Reads by stream id in order of sequence, in chunks, so that memory stays flat and the writer
/// is never held up. Holds no connection between calls, but for <see cref="Hold"/>; any number
/// of threads may use one instance. Failure policy: audit, every error reaches the caller.
/// </remarks>
public sealed class JournalReader
{
    // A step's events come to some ten kilobytes, so a chunk to a few megabytes.
    const int ChunkRows = 256;
    const int EndsAtOnce = 256;                       // SQLite joins the answers of 500 questions at most
    readonly JournalDatabase _database;
    readonly EventCatalogue _catalogue;
    HeldConnections? _held;
    bool _hasTable;                                   // nobody takes it away again

    /// <param name="settings">Which database.</param>
    /// <param name="catalogue">Every event that the streams may hold.</param>
    public JournalReader(JournalSettings settings, EventCatalogue catalogue) => (_database, _catalogue) = (settings.Database, catalogue);

    /// <summary>
    /// Keeps the database open until it is disposed, for whoever asks many
    /// times: opening one that nobody has open costs more than most answers.
    /// </summary>
    /// <exception cref="StoreException">The database cannot be opened.</exception>
    public IDisposable Hold() =>
        _held = new HeldConnections(Guard(OpenAnew), one => Interlocked.CompareExchange(ref _held, null, one));

    /// <summary>Ids of all streams, in the database's order.</summary>
    public IReadOnlyList<string> Streams() => [.. EachStream("NULL").Select(stream => stream.Id)];

    /// <summary>The events of a stream in order; empty for a stream that does not exist.</summary>
    /// <param name="stream">Stream id.</param>
    /// <param name="after">Sequence number after which to begin; 0 for the whole stream.</param>
    /// <exception cref="BrokenChainException">A sequence number is missing or there twice. Hashes are not verified.</exception>
    /// <exception cref="UnreadableEventException">A row is not a stored event.</exception>
    public IEnumerable<ReadEvent> Read(string stream, long after = 0) => Read(stream, after, ChunkRows);

    /// <summary>The first event of a stream, null for one that does not exist.</summary>
    /// <exception cref="BrokenChainException">It does not have sequence number 1.</exception>
    /// <exception cref="UnreadableEventException">The row is not a stored event.</exception>
    public ReadEvent? First(string stream) => Read(stream, 0, 1).FirstOrDefault();

    IEnumerable<ReadEvent> Read(string stream, long after, int chunk)
    {
        var expected = after;
        foreach (var row in Rows(stream, after, chunk))
        {
            if (row.Sequence != ++expected)
                throw new BrokenChainException(stream, expected, $"the event is missing, the next one there has sequence {row.Sequence}");
            yield return new ReadEvent(_catalogue, stream, row.Sequence, Parse(stream, row));
        }
    }

    /// <summary>The stored head of a stream, sequence 0 for one that does not exist; not verified.</summary>
    /// <exception cref="UnreadableEventException">The last row is not a stored event.</exception>
    public StreamHead Head(string stream) => Last(stream) is { } last ? new StreamHead(last.Sequence, last.Hash) : default;

    /// <summary>The last event of a stream, null for one that does not exist; not verified.</summary>
    /// <exception cref="UnreadableEventException">The row is not a stored event.</exception>
    public ReadEvent? Last(string stream) =>
        Row(stream, LastSequence(stream)) is { } row ? new ReadEvent(_catalogue, stream, row.Sequence, Parse(stream, row)) : null;

    /// <summary>Hashes every event of a stream; null when the chain holds.</summary>
    /// <param name="stream">Stream id.</param>
    /// <param name="origin">What the first event is linked to: zero, or for a fork the parent's hash.</param>
    /// <param name="known">A head that somebody saw, by which a tail that was cut off or written anew is found.</param>
    public ChainFault? VerifyChain(string stream, ContentHash origin = default, StreamHead? known = null) =>
        new ChainAudit(this, stream, known).FirstFault(origin);

    /// <summary>
    /// The snapshots of a stream that are whole and whose event is still in its chain, newest first, each with that event.
    /// </summary>
    /// <param name="stream">Stream id.</param>
    /// <param name="kind">Others are passed over.</param>
    internal IReadOnlyList<(StreamSnapshot Snapshot, ReadEvent At)> Snapshots(string stream, string kind)
    {
        List<StreamSnapshot> stored;
        try { stored = Guard(() => StoredSnapshots(stream, kind)); }
        catch (StoreException) { return []; } // a table that cannot be read costs time, and nothing else
        var sound = new List<(StreamSnapshot, ReadEvent)>();
        foreach (var snapshot in stored)
            if (Row(stream, snapshot.Head.Sequence) is { } row && row.TryParse() is { } at
                && at.Hash == snapshot.Head.Hash && EventChain.Hash(stream, row.Sequence, at) == at.Hash)
                sound.Add((snapshot, new ReadEvent(_catalogue, stream, row.Sequence, at)));
        return sound;
    }

    List<StreamSnapshot> StoredSnapshots(string stream, string kind)
    {
        using var lease = Open();
        var connection = lease.Connection;
        var snapshots = new List<StreamSnapshot>();
        if (!_database.HasTable(connection, "snapshot")) return snapshots;
        using var command = connection.Command(
            "SELECT sequence_number, snapshot FROM snapshot "
                + "WHERE persistence_id = @stream AND manifest = @kind ORDER BY sequence_number DESC",
            ("@stream", stream), ("@kind", kind));
        using var reader = command.ExecuteReader();
        while (reader.Read())
            if (reader.GetValue(1) is byte[] bytes && StreamSnapshot.TryParse(kind, bytes) is { } snapshot
                && snapshot.Stream == stream && snapshot.Head.Sequence == reader.GetInt64(0))
                snapshots.Add(snapshot);
        return snapshots;
    }

    /// <summary>Stored rows in order, as they are.</summary>
    internal IEnumerable<JournalRow> Rows(string stream, long after, int atOnce = ChunkRows)
    {
        using var lease = Guard(Open);
        var connection = lease.Connection;
        if (!Guard(() => HasTable(connection))) yield break;
        // Ordering matters only where somebody removed the unique index and gave two rows one sequence number.
        for (var (sequence, ordering, limit) = (after, long.MaxValue, atOnce); ;)
        {
            List<JournalRow> chunk;
            try { chunk = Guard(() => Chunk(connection, stream, sequence, ordering, limit)); }
            catch (StoreException) when (limit > 1)
            {
                limit = 1; // one by one up to the row that the database cannot read, so that it can be named
                continue;
            }
            foreach (var row in chunk) yield return row;
            if (chunk.Count < limit) yield break;
            (sequence, ordering) = (chunk[^1].Sequence, chunk[^1].Ordering);
        }
    }

    /// <summary>The row at a sequence number, or null.</summary>
    internal JournalRow? Row(string stream, long sequence) =>
        Rows(stream, sequence - 1, 1).FirstOrDefault() is { } row && row.Sequence == sequence ? row : null;

    /// <summary>The highest sequence number of a stream, 0 for one that does not exist.</summary>
    public long LastSequence(string stream) => Number("MAX(sequence_number)", stream) ?? 0;

    /// <summary>The last rows of some streams, in one question for many, for whoever asks again and again whether there is more.</summary>
    internal StreamEnd[] Ends(params IEnumerable<string> streams) => [.. streams.Chunk(EndsAtOnce).SelectMany(EndsOf)];

    StreamEnd[] EndsOf(string[] streams) => Guard(() =>
    {
        using var lease = Open();
        var (ends, connection) = (new Dictionary<string, StreamEnd>(), lease.Connection);
        if (!HasTable(connection)) return new StreamEnd[streams.Length];
        var each = streams.Select((_, i) => $"SELECT * FROM (SELECT persistence_id, sequence_number, ordering {LastUpTo($"@s{i}")}) s{i}");
        using var command = connection.Command(
            string.Join(" UNION ALL ", each), [.. streams.Select((stream, i) => ($"@s{i}", (object)stream))]);
        using var reader = command.ExecuteReader();
        while (reader.Read()) ends[reader.GetString(0)] = new StreamEnd(reader.GetInt64(1), reader.GetInt64(2));
        return [.. streams.Select(stream => ends.GetValueOrDefault(stream))];
    });

    /// <summary>Whether a stream still has the event that was read as its head; so it has where nothing was read.</summary>
    internal bool Has(string stream, StreamHead head) =>
        head.Sequence == 0 || Row(stream, head.Sequence)?.TryParse()?.Hash == head.Hash;

    /// <summary>The lowest sequence number of a stream, null for one that does not exist.</summary>
    internal long? FirstSequence(string stream) => Number("MIN(sequence_number)", stream);

    /// <summary>The number of a stream's rows.</summary>
    internal long Count(string stream) => Number("COUNT(*)", stream) ?? 0;

    long? Number(string what, string stream) => Guard(() =>
    {
        using var lease = Open();
        var connection = lease.Connection;
        if (!HasTable(connection)) return null;
        return connection.Ask(
            $"SELECT {what} FROM journal WHERE persistence_id = @stream AND NOT deleted", ("@stream", stream)) as long?;
    });

    /// <summary>The highest sequence number of every stream, all of one moment.</summary>
    public IReadOnlyDictionary<string, long> LastSequences() => LastRows("sequence_number");

    /// <summary>
    /// The place among all rows of the journal, which no other row ever has, of the last row of every stream, all of one moment.
    /// </summary>
    internal IReadOnlyDictionary<string, long> LastOrderings() => LastRows("ordering");

    SortedDictionary<string, long> LastRows(string number) =>
        new(
            EachStream($"(SELECT {number} {LastUpTo("id")})")
                .ToDictionary(stream => stream.Id, stream => stream.Value!.Value),
            StringComparer.Ordinal);

    /// <summary>
    /// The rest of a statement that finds the last row of a stream; where there is none, that of another stream, or no row.
    /// </summary>
    // Not the rows of the stream alone: PostgreSQL then walks over those of all others, by sequence number, where it has seen few streams.
    static string LastUpTo(string stream) =>
        $"""
        FROM journal WHERE (persistence_id, sequence_number) <= ({stream}, {long.MaxValue})
        ORDER BY persistence_id DESC, sequence_number DESC LIMIT 1
        """;

    /// <summary>Every stream with one number of it, in one question.</summary>
    List<(string Id, long? Value)> EachStream(string number) => Guard(() =>
    {
        using var lease = Open();
        var found = new List<(string, long?)>();
        if (!HasTable(lease.Connection)) return found;
        // One look-up in the index for each stream; DISTINCT and GROUP BY would walk over every event.
        using var command = lease.Connection.Command(
            $"""
            WITH RECURSIVE stream(id) AS (
                SELECT MIN(persistence_id) FROM journal
                UNION ALL
                SELECT (SELECT MIN(persistence_id) FROM journal WHERE persistence_id > id) FROM stream WHERE id IS NOT NULL)
            SELECT id, {number} FROM stream WHERE id IS NOT NULL
            """);
        using var reader = command.ExecuteReader();
        while (reader.Read()) found.Add((reader.GetString(0), reader.GetValue(1) as long?));
        return found;
    });

    /// <summary>Whether the first writer has come so far; without the table there are no streams.</summary>
    bool HasTable(DbConnection connection) => _hasTable || (_hasTable = _database.HasTable(connection, "journal"));

    static List<JournalRow> Chunk(DbConnection connection, string stream, long sequence, long ordering, int limit)
    {
        using var command = connection.Command(
            $"""
            SELECT ordering, sequence_number, manifest, identifier, message FROM journal
            WHERE persistence_id = @stream AND NOT deleted AND (sequence_number, ordering) > (@sequence, @ordering)
            ORDER BY sequence_number, ordering LIMIT {limit}
            """,
            ("@stream", stream), ("@sequence", sequence), ("@ordering", ordering));
        using var reader = command.ExecuteReader();
        var rows = new List<JournalRow>();
        // Nulls, texts and numbers that are too large are there only where somebody put them; they fail as damaged events.
        while (reader.Read())
            rows.Add(new JournalRow(reader.GetInt64(0), reader.GetInt64(1), reader.GetValue(2) as string ?? "",
                SerializerId(reader.GetValue(3)), reader.GetValue(4) as byte[] ?? []));
        return rows;
    }

    static int SerializerId(object stored) => stored switch
    {
        int id => id,
        long id when id == (int)id => (int)id,
        _ => 0,
    };

    static StoredEvent Parse(string stream, JournalRow row)
    {
        try { return row.Parse(); }
        catch (MessagePackSerializationException damaged)
        {
            throw new UnreadableEventException(stream, row.Sequence, row.Manifest, damaged);
        }
    }

    /// <summary>Asks the database something of no one stream; the default answer where nothing was ever written.</summary>
    internal T? Ask<T>(Func<DbConnection, T> question) => Guard(() =>
    {
        using var lease = Open();
        return HasTable(lease.Connection) ? question(lease.Connection) : default;
    });

    /// <summary>Whether a row's place among all rows is that of its commit.</summary>
    internal bool OrdersByCommit => _database.OrdersByCommit;

    /// <inheritdoc cref="JournalDatabase.IsWrittenAside"/>
    internal bool IsWrittenAside(TimeSpan within) => _database.IsWrittenAside(within);

    // What the database says must not be known above.
    T Guard<T>(Func<T> read)
    {
        try { return read(); }
        catch (DbException refused)
        {
            // A server that was away has cut them all.
            if (DatabaseFault.MayPass(refused)) _held?.CloseIdle();
            throw new StoreException(refused);
        }
    }

    Lease Open()
    {
        var held = _held;
        return new Lease(held?.Take(OpenAnew) ?? OpenAnew(), held);
    }

    DbConnection OpenAnew() => _database.OpenForReading();
}
