using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Models.Numerics;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Host.Tests;

/// <summary>
/// A data directory with two real runs, trained once: <c>done-1</c> went to its end,
/// <c>stopped-2</c> began later and was stopped in its second step or soon after.
/// </summary>
public sealed class TrainedRuns : IAsyncLifetime
{
    public const string Done = "done-1", Stopped = "stopped-2";

    /// <summary>The data directory.</summary>
    public string Data { get; } = Directory.CreateTempSubdirectory("actorrlhf-host-tests-").FullName;

    public async Task InitializeAsync()
    {
        await Training.RunAsync(Data, Done, []);
        await Training.RunAsync(Data, Stopped, ["seed=18446744073709551615", "rl.steps=500", "pretrain.steps=120", "evaluation.prompts=8"],
            news => news is StepEnded { Step: 1 } ? new StopRun("the test has seen enough") : null,
            recipe => recipe with { Kl = recipe.Kl with { Estimator = KlEstimator.K3 } }); // as earlier builds let it begin
    }

    /// <summary>Copies the journal into a directory and changes it there behind its back; artefacts are not copied.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="sql">Changes at least one row.</param>
    public void CopyTampered(string folder, string sql)
    {
        foreach (var file in Directory.EnumerateFiles(Data, DataDirectory.JournalName + "*"))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, DataDirectory.JournalName)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.InRange(command.ExecuteNonQuery(), 1, int.MaxValue);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Data, recursive: true);
        return Task.CompletedTask;
    }
}

/// <summary>Tests that read the trained runs.</summary>
[CollectionDefinition(Name)]
public sealed class TrainedRunsCollection : ICollectionFixture<TrainedRuns>
{
    public const string Name = "trained runs";
}
