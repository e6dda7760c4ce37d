using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Actors.Tests.Transfer;

/// <summary>What is in a data directory, to be compared.</summary>
static class Contents
{
    /// <summary>Every row: stream, sequence, manifest, serializer and message.</summary>
    internal static IReadOnlyList<string> Rows(string directory, string like = "%")
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(directory, DataDirectory.JournalName)};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT persistence_id || '|' || sequence_number || '|' || manifest || '|' || identifier || '|' || "
            + "deleted || '|' || tags || '|' || hex(message) "
            + "FROM journal WHERE persistence_id LIKE @like ORDER BY persistence_id, sequence_number";
        command.Parameters.AddWithValue("@like", like);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read()) rows.Add(reader.GetString(0));
        return rows;
    }

    /// <summary>Every artefact; each is read and must be whole.</summary>
    internal static IReadOnlyList<ContentHash> Artefacts(string directory)
    {
        using var data = DataDirectory.OpenForReading(directory);
        ContentHash[] all = [.. data.Artefacts.List()];
        foreach (var hash in all) data.Artefacts.Read(hash);
        return all;
    }

    /// <summary>Name and bytes of every file but the lock, whose holder changes.</summary>
    internal static IReadOnlyList<string> Files(string directory) =>
    [
        .. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) is not ("lock" or "journal.db-shm" or "journal.db-wal"))
            .Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetRelativePath(directory, file)} {ContentHash.Of(File.ReadAllBytes(file))}"),
    ];

    /// <summary>Every chain holds.</summary>
    internal static void AssertChains(string directory)
    {
        var journal = new JournalReader(JournalSettings.Sqlite(Path.Combine(directory, DataDirectory.JournalName)), EventCatalogue.Known);
        Assert.NotEmpty(journal.Streams());
        Assert.All(journal.Streams(), stream => Assert.Null(journal.VerifyChain(stream)));
    }
}
