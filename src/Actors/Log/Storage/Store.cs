using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Sqlite;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>
/// Everything that runs wrote: one place to read streams, to write a transaction outside an actor, and to keep artefacts.
/// </summary>
/// <remarks>Behind it is SQLite, of which nothing is seen: what the database refuses is a <see cref="StoreException"/> or a
/// <see cref="Disk.DataDirectoryUnusableException"/>.</remarks>
public sealed class Store
{
    readonly DataDirectory _directory;

    internal Store(DataDirectory directory)
    {
        _directory = directory;
        Settings = JournalSettings.Sqlite(directory.JournalFile);
        Journal = new JournalReader(Settings, EventCatalogue.Known);
    }

    /// <summary>Where it is, for people.</summary>
    public string Place => _directory.Path;

    /// <summary>Whether nothing was ever written to it.</summary>
    public bool IsNew => !File.Exists(_directory.JournalFile);

    /// <summary>The streams.</summary>
    public JournalReader Journal { get; }

    /// <summary>What is too large for an event.</summary>
    public ArtefactStore Artefacts => _directory.Artefacts;

    /// <summary>The same database for actors, which have a connection of their own.</summary>
    public JournalSettings Settings { get; }

    /// <summary>Begins a transaction; makes the table where there is none.</summary>
    /// <param name="time">Clock of the rows.</param>
    /// <exception cref="InvalidOperationException">The store was opened for reading.</exception>
    /// <exception cref="Disk.DataDirectoryUnusableException">The database cannot be opened or written.</exception>
    internal StoreTransaction Begin(TimeProvider time)
    {
        ThrowUnlessWriter();
        return new StoreTransaction(Settings, _directory.JournalFile, time);
    }

    /// <exception cref="InvalidOperationException">The store was opened for reading.</exception>
    internal void ThrowUnlessWriter()
    {
        if (!_directory.CanWrite) throw new InvalidOperationException($"{Place} was opened for reading; only its writer may change it");
    }
}
