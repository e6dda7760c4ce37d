using System.Globalization;
using Npgsql;

namespace ActorRlhf.Actors.Log.Databases;

/// <summary>Reads how a person says where a PostgreSQL database is.</summary>
static class PostgresAddress
{
    const string Expected = "expected 'Host=…;Port=5432;Database=…;Username=…;Password=…' "
        + "or 'postgres://user:password@host:5432/database'; a password may also come from PGPASSWORD or a .pgpass file";

    /// <summary>A connection string or an address, as a connection string of Npgsql with host and database.</summary>
    /// <exception cref="PostgresAddressException">It is neither; the message repeats nothing that may be a password.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        NpgsqlConnectionStringBuilder address;
        try
        {
            address = text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal)
                ? OfUri(text)
                : new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception malformed) when (malformed is ArgumentException or UriFormatException or FormatException or KeyNotFoundException)
        {
            throw new PostgresAddressException($"the connection string of PostgreSQL cannot be read: {Expected}");
        }
        if (address.Host is not { Length: > 0 }) throw new PostgresAddressException($"the connection string names no Host: {Expected}");
        if (address.Database is not { Length: > 0 })
            throw new PostgresAddressException($"the connection string names no Database: {Expected}");
        return address;
    }

    /// <summary>Where it is, for people: no user, no password.</summary>
    public static string Of(NpgsqlConnectionStringBuilder address) =>
        string.Create(CultureInfo.InvariantCulture, $"postgres://{address.Host}:{address.Port}/{address.Database}");

    static NpgsqlConnectionStringBuilder OfUri(string text)
    {
        var uri = new Uri(text);
        var address = new NpgsqlConnectionStringBuilder { Host = uri.Host, Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]) };
        if (uri.Port > 0) address.Port = uri.Port;
        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0) address.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) address.Password = Uri.UnescapeDataString(user[1]);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            address[Keyword(parts[0])] = Uri.UnescapeDataString(parts.Length > 1 ? parts[1] : "");
        }
        return address;
    }

    /// <summary>libpq's names of what an address usually says; Npgsql knows the others as they are.</summary>
    static string Keyword(string name) => name switch
    {
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "application_name" => "Application Name",
        "connect_timeout" => "Timeout",
        _ => name,
    };
}
