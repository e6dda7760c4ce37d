using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Host.Tests;

/// <summary>Reads runs past the command line, and cuts them off.</summary>
static class Logs
{
    /// <summary>A run as its events tell it.</summary>
    public static RunRecord Read(string folder, string run)
    {
        using var data = DataDirectory.OpenForReading(folder);
        return new RunReader(data.Store).Open(run);
    }

    /// <summary>Leaves nothing of a run but its first event, as if it had been killed right after it.</summary>
    public static void CutAfterStart(string folder, string run)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, DataDirectory.JournalName)};Pooling=False");
        connection.Open();
        using var cut = connection.CreateCommand();
        cut.CommandText = "DELETE FROM journal WHERE persistence_id = @evaluations OR persistence_id = @training AND sequence_number > 1";
        cut.Parameters.AddWithValue("@training", RunId.Parse(run).TrainingStream);
        cut.Parameters.AddWithValue("@evaluations", RunId.Parse(run).EvaluationStream);
        cut.ExecuteNonQuery();
    }
}
