using Microsoft.Data.Sqlite;

namespace ActorRlhf.Actors.Journal;

/// <summary>Tells a disk that somebody must look after from a database that was busy for a moment.</summary>
static class SqliteFault
{
    const int ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    /// <summary>Whether trying again is of no use before a person has done something.</summary>
    public static bool NeedsPerson(Exception cause) => Find(cause) is { SqliteErrorCode: ReadOnly or InputOutput or Corrupt or Full or CannotOpen or NotADatabase };

    /// <summary>Whether the disk is full.</summary>
    public static bool IsDiskFull(Exception cause) => Find(cause) is { SqliteErrorCode: Full };

    static SqliteException? Find(Exception? cause)
    {
        for (; cause is not null; cause = cause.InnerException)
            if (cause is SqliteException found) return found;
        return null;
    }
}
