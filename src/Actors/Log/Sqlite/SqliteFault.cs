using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Actors.Log.Sqlite;

/// <summary>Tells a disk that somebody must look after from a database that was busy for a moment, and from one that is damaged.</summary>
static class SqliteFault
{
    const int Busy = 5, Locked = 6, OutOfMemory = 7, Protocol = 15;
    const int ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    /// <summary>Whether the database's content is damaged.</summary>
    public static bool IsDamage(Exception cause) => Find(cause) is { SqliteErrorCode: Corrupt or NotADatabase };

    /// <summary>
    /// Whether the disk or its permissions keep the database from being used, which says nothing against the database itself.
    /// </summary>
    public static bool IsOfDisk(Exception cause) => Find(cause) is { SqliteErrorCode: ReadOnly or InputOutput or Full or CannotOpen };

    /// <summary>Whether the database was busy, so that trying again may help.</summary>
    public static bool MayPass(Exception cause) => Causes(cause).Any(one =>
        one is DbException { IsTransient: true } or SqliteException { SqliteErrorCode: Busy or Locked or OutOfMemory or Protocol });

    /// <summary>The same fault as one of files, so that whoever writes files and databases has one thing to look for.</summary>
    public static IOException AsIo(DbException cause) => Find(cause) is { SqliteErrorCode: Full }
        ? new IOException(cause.Message, NoSpaceErrno)
        : new IOException(cause.Message, cause);

    /// <summary>An exception and what caused it.</summary>
    public static IEnumerable<Exception> Causes(Exception cause)
    {
        for (var one = cause; one is not null; one = one.InnerException) yield return one;
    }

    const int NoSpaceErrno = 28;

    static SqliteException? Find(Exception cause) => Causes(cause).OfType<SqliteException>().FirstOrDefault();
}
