using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ActorRlhf.Actors.Log.Databases;

/// <summary>
/// Tells a database that somebody must look after from one that was busy or away for a moment, and from one that is damaged.
/// </summary>
static class DatabaseFault
{
    // SQLite's result codes.
    const int Busy = 5, Locked = 6, OutOfMemory = 7, Protocol = 15;
    const int ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    const int NoSpaceErrno = 28;

    /// <summary>Whether the database's content is damaged.</summary>
    public static bool IsDamage(Exception cause) =>
        Sqlite(cause) is { SqliteErrorCode: Corrupt or NotADatabase }
        || StateOf(cause) is PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted;

    /// <summary>
    /// Whether disk, permissions or settings keep the database from being used, which says nothing against its content.
    /// </summary>
    public static bool IsOfDisk(Exception cause) =>
        Sqlite(cause) is { SqliteErrorCode: ReadOnly or InputOutput or Full or CannotOpen }
        || StateOf(cause) is PostgresErrorCodes.DiskFull or PostgresErrorCodes.IoError or PostgresErrorCodes.InsufficientPrivilege
            or PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.UndefinedTable;

    /// <summary>Whether another host has taken the database over, so that this process may write no more.</summary>
    public static bool IsFenced(Exception cause) => StateOf(cause) is PostgresSchema.Fenced;

    /// <summary>Whether the database was busy or away, so that trying again may help.</summary>
    public static bool MayPass(Exception cause) => !IsOfDisk(cause) && !IsFenced(cause) && Causes(cause).Any(one =>
        one is DbException { IsTransient: true } or SqliteException { SqliteErrorCode: Busy or Locked or OutOfMemory or Protocol }
            // Whatever the server did not say itself is about the way to it.
            or NpgsqlException and not PostgresException
            || IsLeaving((one as PostgresException)?.SqlState));

    /// <summary>The same fault as one of files, so that whoever writes files and databases has one thing to look for.</summary>
    public static IOException AsIo(DbException cause) => Sqlite(cause) is { SqliteErrorCode: Full }
        ? new IOException(cause.Message, NoSpaceErrno)
        : new IOException(cause.Message, cause);

    /// <summary>An exception and what caused it.</summary>
    public static IEnumerable<Exception> Causes(Exception cause)
    {
        for (var one = cause; one is not null; one = one.InnerException) yield return one;
    }

    static bool IsLeaving(string? state) => state is PostgresErrorCodes.ReadOnlySqlTransaction
        or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown;

    static SqliteException? Sqlite(Exception cause) => Causes(cause).OfType<SqliteException>().FirstOrDefault();

    static string? StateOf(Exception cause) => Causes(cause).OfType<PostgresException>().FirstOrDefault()?.SqlState;
}
