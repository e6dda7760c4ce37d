using System.Data.Common;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>Events of all streams in one order, that in which the journal took them; those of one stream are in its own.</summary>
/// <remarks>
/// A place in that order is a number, which only grows. Where several transactions can be under way at once, one may become visible behind
/// a place that a later one has taken: so nothing behind a gap is given before it is as old as no transaction gets, nor while the host that
/// writes takes in runs, which may last longer and brings events that are old already. Holds no connection between calls; any number of
/// threads may use it. Failure policy: audit, every error reaches the caller.
/// </remarks>
/// <param name="journal">Where the events are.</param>
public sealed class JournalOrder(JournalReader journal)
{
    // The journal gives up a write after less than 5 s.
    static readonly TimeSpan s_longestTransaction = TimeSpan.FromSeconds(10);

    /// <summary>The last place that is taken; 0 for an empty journal.</summary>
    /// <exception cref="StoreException">The database does not answer.</exception>
    public long Last() => journal.Ask(connection => connection.Ask("SELECT MAX(ordering) FROM journal") as long? ?? 0);

    /// <summary>The events behind a place.</summary>
    /// <param name="place">0 for the beginning.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="now">The time, by which a gap is judged.</param>
    /// <exception cref="StoreException">The database does not answer.</exception>
    /// <exception cref="UnreadableEventException">A row is not a stored event.</exception>
    public IReadOnlyList<(long Place, ReadEvent Event)> After(long place, int most, DateTimeOffset now)
    {
        // Also afterwards: what began and ended in between is in the rows, and what it came before may not be yet.
        var isAside = journal.IsWrittenAside(s_longestTransaction);
        var rows = journal.Ask(connection => Rows(connection, place, most)) ?? [];
        isAside |= journal.IsWrittenAside(s_longestTransaction);
        var found = new List<(long, ReadEvent)>();
        foreach (var (stream, row) in rows)
        {
            if (row.TryParse() is not { } stored)
                throw new UnreadableEventException(stream, row.Sequence, row.Manifest, new InvalidDataException("the row is no event"));
            var read = new ReadEvent(EventCatalogue.Known, stream, row.Sequence, stored);
            var mayFill = !journal.OrdersByCommit && row.Ordering != place + 1
                && (isAside || now - read.Envelope.Time < s_longestTransaction);
            if (mayFill) break;
            found.Add((place = row.Ordering, read));
        }
        return found;
    }

    static List<(string Stream, JournalRow Row)> Rows(DbConnection connection, long place, int most)
    {
        using var command = connection.Command(
            """
            SELECT persistence_id, ordering, sequence_number, manifest, identifier, message FROM journal
            WHERE ordering > @place AND NOT deleted ORDER BY ordering LIMIT @most
            """,
            ("@place", place), ("@most", most));
        using var reader = command.ExecuteReader();
        var rows = new List<(string, JournalRow)>();
        while (reader.Read())
            rows.Add((reader.GetString(0), new JournalRow(reader.GetInt64(1), reader.GetInt64(2), reader.GetString(3),
                Convert.ToInt32(reader.GetValue(4), System.Globalization.CultureInfo.InvariantCulture), (byte[])reader.GetValue(5))));
        return rows;
    }
}
