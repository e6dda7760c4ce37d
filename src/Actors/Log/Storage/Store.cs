using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>
/// Everything that runs wrote: one place to read streams, to write a transaction outside an actor, and to keep artefacts.
/// </summary>
/// <remarks>
/// Behind it is SQLite or PostgreSQL, of which nothing is seen: what the database refuses is a <see cref="StoreException"/>, a
/// <see cref="Disk.DataDirectoryUnusableException"/> or a <see cref="DatabaseUnusableException"/>.
/// </remarks>
public sealed class Store
{
    readonly DataDirectory _directory;

    internal Store(DataDirectory directory, JournalDatabase database)
    {
        _directory = directory;
        Settings = new JournalSettings(database);
        Journal = new JournalReader(Settings, EventCatalogue.Known);
    }

    /// <summary>Where it is, for people.</summary>
    public string Place => _directory.Path;

    /// <summary>Whether nothing was ever written to it.</summary>
    public bool IsNew => Settings.Database.IsNew;

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
    /// <exception cref="DatabaseUnusableException">The same of a server.</exception>
    internal StoreTransaction Begin(TimeProvider time)
    {
        ThrowUnlessWriter();
        return new StoreTransaction(Settings.Database, time);
    }

    /// <exception cref="InvalidOperationException">The store was opened for reading.</exception>
    internal void ThrowUnlessWriter()
    {
        if (!_directory.CanWrite) throw new InvalidOperationException($"{Place} was opened for reading; only its writer may change it");
    }
}
