using System.Data.Common;
using LinqToDB;

namespace ActorRlhf.Actors.Log.Databases;

/// <summary>A database that keeps the streams, behind which it does not matter which one it is.</summary>
/// <remarks>Failure policy: audit. What the driver throws reaches the caller; <see cref="DatabaseFault"/> tells what it means.</remarks>
public abstract class JournalDatabase
{
    int _aside;
    long _asideEnded;                                 // a timestamp; 0 for never

    /// <summary>LinqToDB's name of the kind of database.</summary>
    internal abstract string Provider { get; }

    /// <summary>The driver's connection string of a writer. May hold a password.</summary>
    internal abstract string ConnectionString { get; }

    /// <summary>Where it is, for people; without a password.</summary>
    public abstract string Place { get; }

    /// <summary>Whether nothing was ever written to it.</summary>
    public abstract bool IsNew { get; }

    /// <summary>Whether a row's place among all rows is that of its commit; else one may become visible behind a later one.</summary>
    internal abstract bool OrdersByCommit { get; }

    /// <summary>A long transaction begins beside those of the journal.</summary>
    internal void BeginAside() => Interlocked.Increment(ref _aside);

    /// <summary>It has ended.</summary>
    internal void EndAside()
    {
        Volatile.Write(ref _asideEnded, TimeProvider.System.GetTimestamp());
        Interlocked.Decrement(ref _aside);
    }

    /// <summary>Whether this process has such a transaction under way, or had until a moment ago.</summary>
    /// <param name="within">How long a moment is.</param>
    internal bool IsWrittenAside(TimeSpan within) => Volatile.Read(ref _aside) > 0
        || Volatile.Read(ref _asideEnded) is not 0 and var ended && TimeProvider.System.GetElapsedTime(ended) < within;

    /// <summary>What it takes on its disk, bytes; null where nobody is told.</summary>
    internal abstract long? Bytes { get; }

    /// <summary>Makes what is missing of the tables, as Akka.Persistence.Sql makes them; a test compares the two.</summary>
    internal abstract void MakeTables(DbConnection connection);

    /// <summary>Asks the database whether a commit is durable.</summary>
    /// <exception cref="UnsafeStorageException">It is not.</exception>
    internal abstract void ThrowUnlessDurable();

    /// <summary>How linq2db writes, with the settings that make a commit durable.</summary>
    internal abstract DataOptions WriteOptions();

    /// <summary>Opens a connection that cannot write.</summary>
    internal abstract DbConnection OpenForReading();

    /// <summary>Opens a connection whose commits are durable.</summary>
    internal abstract DbConnection OpenForWriting();

    /// <summary>Whether the first writer has come so far as to make a table.</summary>
    internal abstract bool HasTable(DbConnection connection, string table);

    /// <summary>Waits in a transaction until no other holds the lineage of runs, and holds it to the transaction's end.</summary>
    internal abstract void HoldLineage(DbConnection connection);

    /// <summary>Gives the room of removed rows back to the disk, where that can be done at once.</summary>
    internal abstract void Shrink(DbConnection connection);

    /// <summary>Closes connections that were kept open for the next one who needs one.</summary>
    internal abstract void CloseKeptConnections();

    /// <summary>What a person is told when it cannot be opened or written.</summary>
    public abstract Exception Unusable(Exception cause);
}
