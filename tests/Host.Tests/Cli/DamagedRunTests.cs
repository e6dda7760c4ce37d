using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

[Collection(TrainedRunsCollection.Name)]
public sealed class DamagedRunTests(TrainedRuns runs) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-damaged-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(
        "UPDATE journal SET message = x'00' WHERE persistence_id = 'run-stopped-2' AND sequence_number = 3",
        "stage.completed/1", "sequence 3")]
    [InlineData(
        "UPDATE journal SET manifest = 'run.unheard-of/1' WHERE persistence_id = 'run-stopped-2' AND sequence_number = 3",
        "run.unheard-of/1", "sequence 3")]
    [InlineData("DELETE FROM journal WHERE persistence_id = 'run-stopped-2' AND sequence_number = 3", "missing", "sequence 3")]
    public async Task Runs_OneIsDamaged_ListsTheOthersAndSaysWhich(string damage, params string[] said)
    {
        runs.CopyTampered(_folder, damage);

        var listed = await App.RunAsync("runs", "--data", _folder, "--json");
        var shown = await App.RunAsync("show", TrainedRuns.Stopped, "--data", _folder, "--json");

        Assert.Equal(ExitCode.Failed, listed.Code);
        Assert.Equal(TrainedRuns.Done, listed.Single().GetProperty("run").GetString());
        Assert.All(said, word => Assert.Contains(word, listed.Error, StringComparison.Ordinal));
        Assert.Equal((ExitCode.Failed, ""), (shown.Code, shown.Out));
        Assert.Equal(0, (await App.RunAsync("show", TrainedRuns.Done, "--data", _folder)).Code);
    }
}
