using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>Connections of a reader that stay open between its questions, until this is disposed.</summary>
/// <param name="first">Opened before all others and closed behind them: it is the one that takes SQLite's side files away again.</param>
/// <param name="released">Called when this is disposed.</param>
sealed class HeldConnections(DbConnection first, Action<HeldConnections> released) : IDisposable
{
    readonly ConcurrentBag<DbConnection> _idle = [];
    volatile bool _over;

    /// <summary>One that nobody uses now, or a new one; a server that was away has cut those that it had.</summary>
    public DbConnection Take(Func<DbConnection> open)
    {
        while (_idle.TryTake(out var idle))
        {
            if (idle.State is ConnectionState.Open) return idle;
            idle.Dispose();
        }
        return open();
    }

    /// <summary>Nobody uses it any more.</summary>
    public void Return(DbConnection connection)
    {
        if (connection.State is ConnectionState.Open) _idle.Add(connection);
        else connection.Dispose();
        if (_over) CloseIdle();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        released(this);
        _over = true;
        CloseIdle();
        first.Dispose();
    }

    /// <summary>Those that nobody uses now are not used again.</summary>
    public void CloseIdle()
    {
        while (_idle.TryTake(out var idle)) idle.Dispose();
    }
}

/// <summary>A connection for one question.</summary>
sealed class Lease(DbConnection connection, HeldConnections? held) : IDisposable
{
    public DbConnection Connection => connection;

    public void Dispose()
    {
        if (held is null) connection.Dispose();
        else held.Return(connection);
    }
}
