namespace ActorRlhf.Actors.Log.Databases;

/// <summary>Which database the journal is in, and how long it may take.</summary>
/// <param name="Database">The database, with the rights of whoever uses it.</param>
public sealed record JournalSettings(JournalDatabase Database)
{
    /// <summary>How long a write may take before its sender gets <c>PersistFailed</c>; at most 5 s are promised to a caller.</summary>
    public TimeSpan WriteDeadline { get; init; } = TimeSpan.FromSeconds(4.5);

    /// <summary>Time between two heartbeats of <c>JournalGuard</c>.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The embedded database, one file.</summary>
    /// <param name="file">Path of the file; made when it is missing.</param>
    public static JournalSettings Sqlite(string file) => new(SqliteDatabase.In(file));
}
