using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Transfer;

namespace ActorRlhf.Actors.Tests.Storage;

/// <summary>Data directories with their journals in either kind of database.</summary>
static class Stores
{
    /// <summary>Makes a directory's journal.</summary>
    /// <param name="directory">A data directory to be; null for a new temporary one.</param>
    /// <param name="kind">Where its journal is to be from now on.</param>
    internal static string Make(StoreKind kind, string? directory = null)
    {
        directory ??= Temporary.NewDirectory();
        if (kind is StoreKind.Postgres)
            DataDirectory.OpenForWriting(directory, TimeProvider.System, PostgresServer.Shared.NewDatabase()).Dispose();
        return directory;
    }

    /// <summary>Moves a directory's journal from its file to where it is to be.</summary>
    internal static string Move(StoreKind kind, string directory)
    {
        if (kind is StoreKind.Postgres)
        {
            using var move = JournalMove.ToPostgres(directory, PostgresServer.Shared.NewDatabase(), TimeProvider.System);
            Migration.Run(move, TimeProvider.System, _ => { });
        }
        return directory;
    }
}
