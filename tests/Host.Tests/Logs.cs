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
    public static void CutAfterStart(string folder, string run) => Change(
        folder, run, "DELETE FROM journal WHERE persistence_id = @evaluations OR persistence_id = @training AND sequence_number > 1");

    /// <summary>Makes a run's last event unreadable.</summary>
    public static void Damage(string folder, string run) => Change(
        folder, run, "UPDATE journal SET message = x'00' WHERE persistence_id = @training AND sequence_number = "
            + "(SELECT MAX(sequence_number) FROM journal WHERE persistence_id = @training) AND @evaluations IS NOT NULL");

    static void Change(string folder, string run, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, DataDirectory.JournalName)};Pooling=False");
        connection.Open();
        using var change = connection.CreateCommand();
        change.CommandText = sql;
        change.Parameters.AddWithValue("@training", RunId.Parse(run).TrainingStream);
        change.Parameters.AddWithValue("@evaluations", RunId.Parse(run).EvaluationStream);
        Assert.InRange(change.ExecuteNonQuery(), 1, int.MaxValue);
    }
}
