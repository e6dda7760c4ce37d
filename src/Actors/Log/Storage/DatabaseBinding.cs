using System.Text.Json;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Models.Files;
using Npgsql;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>
/// The file <c>database</c> of a data directory whose journal is in PostgreSQL: where, and which journal it is. Without that file the
/// journal is the file <c>journal.db</c>.
/// </summary>
/// <param name="Postgres">The connection string, as it was given; may hold a password, so its owner alone may read the file.</param>
/// <param name="Journal">What the database calls itself, so that no artefacts of one journal get under another.</param>
sealed record DatabaseBinding(string Postgres, Guid Journal)
{
    const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where the database is.</summary>
    /// <exception cref="PostgresAddressException">Nobody can tell.</exception>
    public NpgsqlConnectionStringBuilder Address() => PostgresAddress.Parse(Postgres);

    /// <summary>Reads it; null where the journal is a file.</summary>
    /// <param name="directory">Full path of the data directory.</param>
    /// <exception cref="DatabaseBindingException">It is there and says nothing.</exception>
    public static DatabaseBinding? Read(string directory)
    {
        var file = In(directory);
        if (!File.Exists(file)) return null;
        try
        {
            return JsonSerializer.Deserialize<DatabaseBinding>(File.ReadAllText(file), JsonSerializerOptions.Web)
                ?? throw new DatabaseBindingException(file, "it is empty");
        }
        catch (JsonException malformed) { throw new DatabaseBindingException(file, malformed.Message); }
    }

    /// <summary>Writes it, whole or not at all.</summary>
    public void Write(string directory) => DurableFile.Write(In(directory), stream =>
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(((FileStream)stream).SafeFileHandle, Owner);
        JsonSerializer.Serialize(stream, this, JsonSerializerOptions.Web);
    });

    /// <summary>From now on the journal is a file again.</summary>
    public static void Remove(string directory)
    {
        File.Delete(In(directory));
        DurableFolder.Sync(directory);
    }

    static string In(string directory) => Path.Combine(directory, "database");
}
