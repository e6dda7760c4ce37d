using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Actors.Tests.Runs;

namespace ActorRlhf.Actors.Tests.Transfer;

/// <summary>
/// A data directory with two real runs, <c>one</c> and <c>two</c>, whose old checkpoints were removed;
/// and both kinds of archives of it.
/// </summary>
public sealed class TwoRuns : IAsyncLifetime
{
    readonly string _archives = Temporary.NewDirectory();

    internal static RunId One { get; } = RunId.Parse("one");

    internal string Directory { get; } = Temporary.NewDirectory();

    /// <summary>Run <c>one</c>.</summary>
    internal string Export => Path.Combine(_archives, "one.zip");

    /// <summary>The directory.</summary>
    internal string Backup => Path.Combine(_archives, "backup.zip");

    public async Task InitializeAsync()
    {
        await using (var host = await RunsHost.StartAsync(Directory))
        {
            await host.TrainAsync("one", Some.Recipe("checkpoint.every=1", "checkpoint.keep=1"));
            await host.TrainAsync("two", Some.Recipe("seed=2", "checkpoint.keep=1"));
        }
        using var data = DataDirectory.OpenForReading(Directory);
        RunArchive.Export(data.Store, One, Export);
        DataBackup.Write(data.Store, Backup);
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
