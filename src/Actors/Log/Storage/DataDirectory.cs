using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Sqlite;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>
/// Where runs are kept: <c>journal.db</c>, <c>artefacts/</c>, <c>logs/</c> and <c>lock</c>. One writer, any number of readers.
/// </summary>
/// <remarks>A reader takes no lock and writes nothing. A writer holds the lock until it is disposed or its process ends.</remarks>
public sealed class DataDirectory : IDisposable
{
    /// <summary>The directory when <c>--data</c> is not given, relative to the current directory.</summary>
    public const string DefaultPath = "data";

    /// <summary>Name of the SQLite file in the directory.</summary>
    public const string JournalName = "journal.db";
    readonly DataDirectoryLock? _lock;

    DataDirectory(string path, DataDirectoryLock? held)
    {
        Path = path;
        Artefacts = new ArtefactStore(ArtefactsIn(path));
        _lock = held;
        Store = new Store(this);
    }

    /// <summary>Full path of the directory.</summary>
    public string Path { get; }
    /// <summary>The SQLite file of all event streams.</summary>
    public string JournalFile => JournalIn(Path);
    /// <summary>Directory of the log files.</summary>
    public string Logs => System.IO.Path.Combine(Path, "logs");
    /// <summary>What is too large for an event.</summary>
    public ArtefactStore Artefacts { get; }
    /// <summary>The streams and artefacts in it.</summary>
    public Store Store { get; }
    /// <summary>Whether this process is the directory's writer.</summary>
    public bool CanWrite => _lock is not null;

    /// <summary>Makes the directory where it is missing, takes its lock and clears away what a killed writer left half done.</summary>
    /// <param name="path">The directory; null for <see cref="DefaultPath"/>.</param>
    /// <param name="time">Clock for the holder's "since".</param>
    /// <exception cref="DataDirectoryInUseException">Another process writes it.</exception>
    /// <exception cref="DataDirectoryUnusableException">It cannot be made or written.</exception>
    public static DataDirectory OpenForWriting(string? path, TimeProvider time)
    {
        var full = System.IO.Path.GetFullPath(path ?? DefaultPath);
        DataDirectoryLock? held = null;
        try
        {
            DurableFolder.Create(full);
            held = DataDirectoryLock.Take(full, LockIn(full),
                new DataDirectoryHolder(Environment.ProcessId, Environment.MachineName, time.GetUtcNow()));
            DurableFolder.Create(ArtefactsIn(full));
            var directory = new DataDirectory(full, held);
            DurableFolder.Create(directory.Logs);
            directory.Artefacts.RemoveTemporaryFiles();
            DurableFolder.Sync(full);
            return directory;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw DataDirectoryUnusableException.For(full, failure);
        }
    }

    /// <summary>Opens a directory that a writer made, whether or not one is at work in it now.</summary>
    /// <param name="path">The directory; null for <see cref="DefaultPath"/>.</param>
    /// <exception cref="DataDirectoryMissingException">There is no journal in it.</exception>
    /// <exception cref="NotAJournalException">What should be the journal is something else.</exception>
    public static DataDirectory OpenForReading(string? path)
    {
        var full = System.IO.Path.GetFullPath(path ?? DefaultPath);
        if (!File.Exists(JournalIn(full))) throw new DataDirectoryMissingException(full);
        if (SqliteReadOnly.FaultOf(JournalIn(full)) is { } fault) throw fault;
        return new DataDirectory(full, null);
    }

    /// <summary>Who writes a directory now; null when nobody does, or when there is no such directory.</summary>
    /// <param name="path">The directory; null for <see cref="DefaultPath"/>.</param>
    /// <exception cref="DataDirectoryInUseException">Somebody does who has not said who.</exception>
    /// <exception cref="UnauthorizedAccessException">The lock file may not be read.</exception>
    public static DataDirectoryHolder? WriterOf(string? path)
    {
        var full = System.IO.Path.GetFullPath(path ?? DefaultPath);
        return DataDirectoryLock.Holder(full, LockIn(full));
    }

    /// <summary>Whether somebody writes a directory now; true also where that cannot be found out.</summary>
    /// <param name="path">The directory; null for <see cref="DefaultPath"/>.</param>
    public static bool IsBeingWritten(string? path)
    {
        try { return WriterOf(path) is not null; }
        catch (Exception unknown) when (unknown is DataDirectoryInUseException or UnauthorizedAccessException) { return true; }
    }

    /// <summary>Refuses at once what would be refused anyway after long work.</summary>
    /// <param name="path">The directory; null for <see cref="DefaultPath"/>.</param>
    /// <exception cref="DataDirectoryInUseException">Another process writes it.</exception>
    public static void ThrowIfInUse(string? path)
    {
        if (WriterOf(path) is { } holder) throw new DataDirectoryInUseException(System.IO.Path.GetFullPath(path ?? DefaultPath), holder);
    }
    /// <summary>Gives the lock back.</summary>
    public void Dispose() => _lock?.Dispose();

    static string LockIn(string path) => System.IO.Path.Combine(path, "lock");
    static string JournalIn(string path) => System.IO.Path.Combine(path, JournalName);
    static string ArtefactsIn(string path) => System.IO.Path.Combine(path, "artefacts");
}
