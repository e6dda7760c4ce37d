using System.Data.Common;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Models.Files;
using Npgsql;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>
/// Where runs are kept: <c>journal.db</c>, or the file <c>database</c> that says which PostgreSQL database has the journal;
/// <c>artefacts/</c>, <c>logs/</c> and <c>lock</c>. One writer, any number of readers.
/// </summary>
/// <remarks>
/// A reader takes no lock and writes nothing. A writer holds the lock, and the database's <see cref="PostgresLease"/>, until it is
/// disposed or its process ends.
/// </remarks>
public sealed class DataDirectory : IDisposable
{
    /// <summary>The directory when <c>--data</c> is not given, relative to the current directory.</summary>
    public const string DefaultPath = "data";

    /// <summary>Name of the SQLite file in the directory.</summary>
    public const string JournalName = "journal.db";
    readonly DataDirectoryLock? _lock;
    readonly PostgresLease? _lease;

    DataDirectory(string path, JournalDatabase database, DataDirectoryLock? held, PostgresLease? lease)
    {
        Path = path;
        Artefacts = new ArtefactStore(ArtefactsIn(path));
        (_lock, _lease) = (held, lease);
        Store = new Store(this, database);
    }

    /// <summary>Full path of the directory.</summary>
    public string Path { get; }
    /// <summary>The SQLite file of all event streams; it is not there where PostgreSQL has them.</summary>
    public string JournalFile => JournalIn(Path);
    /// <summary>Directory of the log files.</summary>
    public string Logs => System.IO.Path.Combine(Path, "logs");
    /// <summary>What is too large for an event.</summary>
    public ArtefactStore Artefacts { get; }
    /// <summary>The streams and artefacts in it.</summary>
    public Store Store { get; }
    /// <summary>Whether this process is the directory's writer.</summary>
    public bool CanWrite => _lock is not null;
    /// <summary>Cancelled when another host has taken the database over, so that nothing can be written any more.</summary>
    public CancellationToken Lost => _lease?.Lost ?? CancellationToken.None;

    /// <summary>Makes the directory where it is missing, takes its lock and clears away what a killed writer left half done.</summary>
    /// <param name="path">The directory; null for <see cref="DefaultPath"/>.</param>
    /// <param name="time">Clock for the holder's "since".</param>
    /// <param name="postgres">
    /// Where the journal is to be in PostgreSQL, which the directory remembers; null for where it is, in a new directory a file.
    /// </param>
    /// <exception cref="DataDirectoryInUseException">Another process writes it, or the database.</exception>
    /// <exception cref="DataDirectoryUnusableException">It cannot be made or written.</exception>
    /// <exception cref="DatabaseUnusableException">The database cannot be reached or written.</exception>
    /// <exception cref="DatabaseBindingException">The directory has its journal elsewhere.</exception>
    /// <exception cref="PostgresAddressException"><paramref name="postgres"/> does not say where a database is.</exception>
    public static DataDirectory OpenForWriting(string? path, TimeProvider time, string? postgres = null)
    {
        var full = System.IO.Path.GetFullPath(path ?? DefaultPath);
        DataDirectoryLock? held = null;
        try
        {
            DurableFolder.Create(full);
            var holder = Holder(time);
            held = DataDirectoryLock.Take(full, LockIn(full), holder);
            var (database, lease) = DatabaseOfWriter(full, holder, postgres);
            DurableFolder.Create(ArtefactsIn(full));
            var directory = new DataDirectory(full, database, held, lease);
            DurableFolder.Create(directory.Logs);
            directory.Artefacts.RemoveTemporaryFiles();
            DurableFolder.Sync(full);
            return directory;
        }
        catch (Exception failure)
        {
            held?.Dispose();
            if (failure is IOException or UnauthorizedAccessException) throw DataDirectoryUnusableException.For(full, failure);
            throw;
        }
    }

    /// <summary>Opens a directory that a writer made, whether or not one is at work in it now.</summary>
    /// <param name="path">The directory; null for <see cref="DefaultPath"/>.</param>
    /// <exception cref="DataDirectoryMissingException">There is no journal in it.</exception>
    /// <exception cref="NotAJournalException">What should be the journal is something else.</exception>
    /// <exception cref="DatabaseUnusableException">The database in which it is cannot be reached.</exception>
    public static DataDirectory OpenForReading(string? path)
    {
        var full = System.IO.Path.GetFullPath(path ?? DefaultPath);
        if (DatabaseBinding.Read(full) is { } binding)
            return new DataDirectory(full, new PostgresDatabase(binding.Address()), null, null);
        if (!File.Exists(JournalIn(full))) throw new DataDirectoryMissingException(full);
        if (SqliteReadOnly.FaultOf(JournalIn(full)) is { } fault) throw fault;
        return new DataDirectory(full, SqliteDatabase.In(JournalIn(full)), null, null);
    }

    /// <summary>Who writes a directory now; null when nobody does, or when there is no such directory.</summary>
    /// <param name="path">The directory; null for <see cref="DefaultPath"/>.</param>
    /// <exception cref="DataDirectoryInUseException">Somebody does who has not said who.</exception>
    /// <exception cref="UnauthorizedAccessException">The lock file may not be read.</exception>
    public static DataDirectoryHolder? WriterOf(string? path)
    {
        var full = System.IO.Path.GetFullPath(path ?? DefaultPath);
        return DataDirectoryLock.Holder(full, LockIn(full)) ?? HolderOfDatabase(full);
    }

    /// <summary>Whether somebody writes a directory now; true also where that cannot be found out.</summary>
    /// <param name="path">The directory; null for <see cref="DefaultPath"/>.</param>
    public static bool IsBeingWritten(string? path)
    {
        try { return WriterOf(path) is not null; }
        catch (Exception unknown) when (unknown is DataDirectoryInUseException or UnauthorizedAccessException) { return true; }
    }

    /// <summary>The server that has a directory's journal, and what it says of its safety; null where the journal is a file.</summary>
    /// <param name="path">The directory; null for <see cref="DefaultPath"/>.</param>
    /// <exception cref="DatabaseUnusableException">It cannot be reached.</exception>
    public static PostgresSettings? ServerOf(string? path)
    {
        if (DatabaseBinding.Read(System.IO.Path.GetFullPath(path ?? DefaultPath)) is not { } binding) return null;
        var database = new PostgresDatabase(binding.Address());
        try
        {
            using var connection = database.OpenForReading();
            return PostgresSettings.Of(connection);
        }
        catch (DbException refused) { throw database.Unusable(refused); }
    }

    /// <summary>Refuses at once what would be refused anyway after long work.</summary>
    /// <param name="path">The directory; null for <see cref="DefaultPath"/>.</param>
    /// <exception cref="DataDirectoryInUseException">Another process writes it.</exception>
    public static void ThrowIfInUse(string? path)
    {
        if (WriterOf(path) is { } holder) throw new DataDirectoryInUseException(System.IO.Path.GetFullPath(path ?? DefaultPath), holder);
    }

    /// <summary>Gives lock and lease back. A computation that nobody waits for any more must not store its result after that.</summary>
    public void Dispose()
    {
        Artefacts.Close();
        _lease?.Dispose();
        _lock?.Dispose();
    }

    /// <summary>Takes the right to write a database, for this directory.</summary>
    /// <exception cref="DataDirectoryInUseException">Another host writes it.</exception>
    /// <exception cref="DatabaseUnusableException">It cannot be reached or written.</exception>
    internal PostgresLease TakeDatabase(NpgsqlConnectionStringBuilder address, TimeProvider time) =>
        TakeDatabase(Path, address, Holder(time));

    static DataDirectoryHolder Holder(TimeProvider time) => new(Environment.ProcessId, Environment.MachineName, time.GetUtcNow());

    static PostgresLease TakeDatabase(string full, NpgsqlConnectionStringBuilder address, DataDirectoryHolder holder) =>
        PostgresLease.TryTake(address, $"{holder.Host}:{full}", holder.ToJson(), out var current)
        ?? throw new DataDirectoryInUseException(
            $"{full} with the journal at {PostgresAddress.Of(address)}", DataDirectoryHolder.TryParse(current.Holder));

    /// <summary>A host that writes the same database from another data directory, whose lock file is not this one.</summary>
    static DataDirectoryHolder? HolderOfDatabase(string full)
    {
        if (DatabaseBinding.Read(full) is not { } binding) return null;
        var database = new PostgresDatabase(binding.Address());
        try
        {
            var (holder, directory) = PostgresLease.Holder(database);
            return directory == $"{Environment.MachineName}:{full}" ? null : DataDirectoryHolder.TryParse(holder);
        }
        catch (DbException refused) { throw database.Unusable(refused); }
    }

    static (JournalDatabase, PostgresLease?) DatabaseOfWriter(string full, DataDirectoryHolder holder, string? postgres)
    {
        var binding = DatabaseBinding.Read(full);
        if ((postgres ?? binding?.Postgres) is not { } connection) return (SqliteDatabase.In(JournalIn(full)), null);
        if (binding is null && File.Exists(JournalIn(full)))
            throw new DatabaseBindingException(full, $"its journal is in {JournalName}",
                $"'migrate --from {full} --to CONNECTION' moves it; or choose another directory with --data");
        var address = PostgresAddress.Parse(connection);
        var lease = TakeDatabase(full, address, holder);
        try
        {
            var database = new PostgresDatabase(address, lease.Epoch);
            if (binding is not null && binding.Journal != lease.Journal)
                throw new DatabaseBindingException(full, $"its artefacts are those of another journal than the one at {database.Place}",
                    "Name the database that it had, or choose another directory with --data");
            if (binding?.Postgres != connection) new DatabaseBinding(connection, lease.Journal).Write(full);
            return (database, lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    static string LockIn(string path) => System.IO.Path.Combine(path, "lock");
    static string JournalIn(string path) => System.IO.Path.Combine(path, JournalName);
    static string ArtefactsIn(string path) => System.IO.Path.Combine(path, "artefacts");
}
