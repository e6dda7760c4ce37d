using System.Data.Common;

namespace ActorRlhf.Actors.Log.Databases;

/// <summary>
/// PostgreSQL's settings on which it depends that an acknowledged event survives, as they are in force for our connections.
/// </summary>
/// <param name="Version">The server's version.</param>
/// <param name="Fsync">Must be on.</param>
/// <param name="SynchronousCommit">Must not be off.</param>
/// <param name="FullPageWrites">Must be on.</param>
public sealed record PostgresSettings(string Version, string Fsync, string SynchronousCommit, string FullPageWrites)
{
    const string On = "on", Off = "off";

    /// <summary>Asks the server.</summary>
    internal static PostgresSettings Of(DbConnection connection)
    {
        string Show(string setting) => (string)connection.Ask($"SHOW {setting}")!;
        return new PostgresSettings(Show("server_version"), Show("fsync"), Show("synchronous_commit"), Show("full_page_writes"));
    }

    /// <summary>Refuses a server that acknowledges what it may lose.</summary>
    /// <exception cref="UnsafeStorageException">A commit may be lost.</exception>
    public void ThrowUnlessDurable()
    {
        if (Fsync != On) throw Unsafe("fsync", Fsync);
        if (SynchronousCommit == Off) throw Unsafe("synchronous_commit", SynchronousCommit);
        if (FullPageWrites != On) throw Unsafe("full_page_writes", FullPageWrites);
    }

    static UnsafeStorageException Unsafe(string setting, string value) => new(setting, value, On,
        $"Set it to '{On}' on the server (also for this role and this database), or keep the journal elsewhere");
}
