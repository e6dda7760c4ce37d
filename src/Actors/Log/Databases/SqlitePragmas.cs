using System.Data.Common;
using LinqToDB.Interceptors;

namespace ActorRlhf.Actors.Log.Databases;

/// <summary>
/// Makes every connection durable: the plugin sets no PRAGMA, and <c>synchronous</c> belongs to the connection, not to the file.
/// </summary>
sealed class SqlitePragmas : ConnectionInterceptor
{
    internal const string Durable = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";

    public override void ConnectionOpened(ConnectionEventData eventData, DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Durable;
        command.ExecuteNonQuery();
    }

    // SQLite's driver is synchronous beneath its async calls.
    public override Task ConnectionOpenedAsync(ConnectionEventData eventData, DbConnection connection, CancellationToken cancellationToken)
    {
        ConnectionOpened(eventData, connection);
        return Task.CompletedTask;
    }
}
