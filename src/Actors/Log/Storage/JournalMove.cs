using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>
/// A data directory's journal on its way between a file and PostgreSQL: nobody else writes either, and until <see cref="Finish"/> the
/// directory's journal is where it was.
/// </summary>
/// <remarks>What was left stays: a file under another name, a database as it is. Artefacts do not move.</remarks>
public sealed class JournalMove : IDisposable
{
    /// <summary>The name that a journal's file gets when its events have gone to a server.</summary>
    public const string LeftBehind = "journal-moved.db";

    const string Arriving = "journal-arriving.db";
    readonly DataDirectory _data;
    readonly PostgresLease? _lease;                   // of the database to which it goes
    readonly JournalDatabase _to;
    readonly Action _finish;

    JournalMove(DataDirectory data, JournalDatabase to, PostgresLease? lease, Action finish)
    {
        (_data, _to, _lease, _finish) = (data, to, lease, finish);
        To = new JournalReader(new JournalSettings(to), EventCatalogue.Known);
    }

    /// <summary>What is moved.</summary>
    public JournalReader From => _data.Store.Journal;

    /// <summary>Where it arrives.</summary>
    public JournalReader To { get; }

    /// <summary>Where it comes from, for people.</summary>
    public string FromPlace => _data.Store.Settings.Database.Place;

    /// <summary>Where it goes, for people.</summary>
    public string ToPlace => _lease is null ? _data.JournalFile : _to.Place;

    /// <summary>Takes a directory and a database of which nobody else is the writer.</summary>
    /// <param name="directory">The data directory; null for <see cref="DataDirectory.DefaultPath"/>.</param>
    /// <param name="postgres">Where the database is. Its tables are made; it holds no events.</param>
    /// <param name="time">Clock for the holder's "since".</param>
    /// <exception cref="DataDirectoryMissingException">There is no journal in the directory.</exception>
    /// <exception cref="DataDirectoryInUseException">Another process writes one of the two.</exception>
    /// <exception cref="DatabaseBindingException">The directory's journal is in PostgreSQL, or the database holds events.</exception>
    /// <exception cref="DatabaseUnusableException">The database cannot be reached or written.</exception>
    /// <exception cref="UnsafeStorageException">A commit of the server is not durable.</exception>
    public static JournalMove ToPostgres(string? directory, string postgres, TimeProvider time)
    {
        var address = PostgresAddress.Parse(postgres);
        DataDirectory.OpenForReading(directory).Dispose();
        var data = DataDirectory.OpenForWriting(directory, time);
        PostgresLease? lease = null;
        try
        {
            if (DatabaseBinding.Read(data.Path) is not null)
                throw new DatabaseBindingException(data.Path, $"its journal is at {data.Store.Settings.Database.Place} already",
                    "'migrate --from CONNECTION --to DIR' moves it into a file");
            lease = data.TakeDatabase(address, time);
            var database = new PostgresDatabase(address, lease.Epoch);
            database.ThrowUnlessDurable();
            var move = new JournalMove(data, database, lease, () =>
            {
                ((SqliteDatabase)data.Store.Settings.Database).Settle();
                new DatabaseBinding(postgres, lease.Journal).Write(data.Path);
                File.Move(data.JournalFile, Path.Combine(data.Path, LeftBehind), overwrite: true);
                DurableFolder.Sync(data.Path);
            });
            if (move.To.Streams().Count > 0)
                throw new DatabaseBindingException(database.Place, "there are runs in it", "Name an empty database");
            return move;
        }
        catch
        {
            lease?.Dispose();
            data.Dispose();
            throw;
        }
    }

    /// <summary>Takes a directory whose journal is in PostgreSQL.</summary>
    /// <param name="postgres">Where the database is, as the directory knows it or in other words.</param>
    /// <param name="directory">The data directory; null for <see cref="DataDirectory.DefaultPath"/>.</param>
    /// <param name="time">Clock for the holder's "since".</param>
    /// <exception cref="DataDirectoryInUseException">Another process writes one of the two.</exception>
    /// <exception cref="DatabaseBindingException">The directory's journal is not in that database.</exception>
    /// <exception cref="DatabaseUnusableException">The database cannot be reached or written.</exception>
    public static JournalMove ToFile(string postgres, string? directory, TimeProvider time)
    {
        var full = Path.GetFullPath(directory ?? DataDirectory.DefaultPath);
        if (DatabaseBinding.Read(full) is null)
            throw new DatabaseBindingException(
                full, "its journal is not in PostgreSQL", "Name the directory that has the artefacts of its runs");
        var data = DataDirectory.OpenForWriting(full, time, postgres);
        var arriving = Path.Combine(full, Arriving);
        foreach (var rest in Directory.EnumerateFiles(full, Arriving + "*")) File.Delete(rest); // of a move that was killed
        var database = SqliteDatabase.In(arriving);
        return new JournalMove(data, database, null, () =>
        {
            database.Settle();
            // What an older file left beside itself must not be taken for this one's.
            foreach (var rest in (string[])["-wal", "-shm"]) File.Delete(data.JournalFile + rest);
            File.Move(arriving, data.JournalFile, overwrite: true);
            DurableFolder.Sync(full);                 // before the only other sign of a journal goes
            DatabaseBinding.Remove(full);
        });
    }

    /// <summary>Begins the transaction in which everything arrives.</summary>
    internal StoreTransaction Begin(TimeProvider time) => new(_to, time);

    /// <summary>From now on the journal is where it arrived.</summary>
    public void Finish() => _finish();

    /// <inheritdoc/>
    public void Dispose()
    {
        _lease?.Dispose();
        _data.Dispose();
    }
}
