using System.Globalization;
using System.Text.Json;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>The process that writes a data directory, as its lock file names it.</summary>
/// <param name="ProcessId">Process id on <paramref name="Host"/>.</param>
/// <param name="Host">Name of the machine.</param>
/// <param name="Since">When it took the directory, UTC.</param>
public sealed record DataDirectoryHolder(int ProcessId, string Host, DateTimeOffset Since)
{
    /// <summary>For people: process, host, since when.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"process {ProcessId} on {Host} since {Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");

    /// <summary>As lock file and database keep it.</summary>
    internal string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <summary>Reads it back; null for what is none.</summary>
    internal static DataDirectoryHolder? TryParse(string? json)
    {
        try { return json is null ? null : JsonSerializer.Deserialize<DataDirectoryHolder>(json, JsonSerializerOptions.Web); }
        catch (JsonException) { return null; }
    }
}
