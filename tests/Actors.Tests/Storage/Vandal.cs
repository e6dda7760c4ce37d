using System.Data.Common;
using ActorRlhf.Actors.Log.Databases;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ActorRlhf.Actors.Tests.Storage;

/// <summary>Whoever changes a database behind the journal's back, with every right that an administrator has.</summary>
static class Vandal
{
    /// <summary>Carries out statements.</summary>
    /// <returns>Rows that were changed.</returns>
    internal static int Execute(JournalDatabase database, string sql)
    {
        using var connection = Open(database);
        return connection.Execute(sql);
    }

    /// <summary>One value.</summary>
    internal static object? Ask(JournalDatabase database, string sql)
    {
        using var connection = Open(database);
        return connection.Ask(sql);
    }

    /// <summary>Bytes, as the database's SQL writes them.</summary>
    internal static string Bytes(JournalDatabase database, byte[] bytes) => database is PostgresDatabase
        ? $"'\\x{Convert.ToHexString(bytes)}'::bytea"
        : $"x'{Convert.ToHexString(bytes)}'";

    /// <summary>A database of its own with the same content.</summary>
    internal static string CopyOf(string connectionString)
    {
        var copy = $"copy{Guid.NewGuid():N}";
        OnServer(connectionString, $"CREATE DATABASE {copy} TEMPLATE {NameOf(connectionString)}");
        return new NpgsqlConnectionStringBuilder(connectionString) { Database = copy }.ConnectionString;
    }

    /// <summary>Nobody needs a database any more.</summary>
    internal static void Drop(string connectionString) =>
        OnServer(connectionString, $"DROP DATABASE {NameOf(connectionString)} WITH (FORCE)");

    static string NameOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Database!;

    static void OnServer(string connectionString, string sql)
    {
        using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres", CommandTimeout = 0 }.ConnectionString);
        connection.Open();
        connection.Execute(sql);
    }

    static DbConnection Open(JournalDatabase database)
    {
        DbConnection connection = database is PostgresDatabase
            ? new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString)
            {
                Options = "-c session_replication_role=replica", // triggers sleep
                Pooling = false,
            }.ConnectionString)
            : new SqliteConnection(new SqliteConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }
}
