using System.Data.Common;
using Akka.Pattern;
using Akka.Persistence;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Actors.Journal;

/// <summary>Tells a disk that somebody must look after from a database that was busy for a moment.</summary>
static class JournalFault
{
    const int Busy = 5, Locked = 6, OutOfMemory = 7, Protocol = 15;
    const int ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    /// <summary>Whether trying again is of no use before a person has done something.</summary>
    public static bool NeedsPerson(Exception cause) => IsOfDisk(cause) || Find(cause) is { SqliteErrorCode: Corrupt or NotADatabase };

    /// <summary>Whether the disk or its permissions keep the database from being used, which says nothing against the database itself.</summary>
    public static bool IsOfDisk(Exception cause) => Find(cause) is { SqliteErrorCode: ReadOnly or InputOutput or Full or CannotOpen };

    /// <summary>Whether the journal was busy or did not answer in time, so that trying again may help.</summary>
    public static bool MayPass(Exception cause) => Chain(cause).Any(one => one is TimeoutException or RecoveryTimedOutException or OpenCircuitException
        or DbException { IsTransient: true } or SqliteException { SqliteErrorCode: Busy or Locked or OutOfMemory or Protocol });

    /// <summary>Whether the disk is full.</summary>
    public static bool IsDiskFull(Exception cause) => Find(cause) is { SqliteErrorCode: Full };

    static SqliteException? Find(Exception cause) => Chain(cause).OfType<SqliteException>().FirstOrDefault();

    static IEnumerable<Exception> Chain(Exception cause)
    {
        for (var one = cause; one is not null; one = one.InnerException) yield return one;
    }
}
