using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>What is written for somebody destroys nothing: no run, and no file that is not of its kind.</summary>
[Collection(TrainedRunsCollection.Name)]
public sealed class OutputPathTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-output-").FullName;

    public OutputPathTests(TrainedRuns runs)
    {
        foreach (var file in Directory.EnumerateFiles(runs.Data, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Data, Path.GetRelativePath(runs.Data, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        Directory.CreateSymbolicLink(Path.Combine(_folder, "link"), Data);
    }

    string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("data/journal.db", "export", TrainedRuns.Done)]
    [InlineData("link/journal.db", "export", TrainedRuns.Done)]
    [InlineData("data/lock", "backup")]
    [InlineData("data/artefacts/tables", "export", TrainedRuns.Done, "--format", "csv")]
    [InlineData("data/model", "export", TrainedRuns.Done, "--format", "model")]
    [InlineData("data/journal.db", "report", TrainedRuns.Done, "--format", "html")]
    public async Task Write_IntoTheDataDirectory_IsRefusedAndChangesNothing(string output, params string[] command)
    {
        var before = Contents();

        var refused = await App.RunAsync([.. command, "-o", Path.Combine(_folder, output), "--data", Data]);

        Assert.Equal(ExitCode.Usage, refused.Code);
        Assert.Contains($"is in the data directory {Data}", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, Contents());
    }

    [Fact]
    public async Task Export_OverAFile_ReplacesAnArchiveAndNothingElse()
    {
        var (file, precious) = (Path.Combine(_folder, "run.zip"), Path.Combine(_folder, "precious.txt"));
        File.WriteAllText(precious, new string('x', 1000));
        string[] export = ["export", TrainedRuns.Done, "--data", Data, "-o"];

        var refused = await App.RunAsync([.. export, precious]);

        Assert.Equal(ExitCode.Failed, refused.Code);
        Assert.Contains($"{precious} cannot be written: it is there, and is no archive", refused.Error, StringComparison.Ordinal);
        Assert.Equal(new string('x', 1000), File.ReadAllText(precious));
        Assert.Equal(ExitCode.Done, (await App.RunAsync([.. export, file])).Code);
        var first = File.ReadAllBytes(file);
        Assert.Equal(ExitCode.Done, (await App.RunAsync(["backup", "--data", Data, "-o", file])).Code);
        Assert.NotEqual(first, File.ReadAllBytes(file));
        Assert.Equal(ExitCode.Done, (await App.RunAsync([.. export, file])).Code);
        Assert.Equal(first, File.ReadAllBytes(file));
    }

    /// <summary>Every file with its size, but for those that SQLite makes beside the journal for whoever reads it.</summary>
    string[] Contents() => [.. new DirectoryInfo(Data).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
        .Where(entry => !entry.Name.StartsWith(DataDirectory.JournalName + "-", StringComparison.Ordinal))
        .Select(entry => $"{entry.FullName} {(entry as FileInfo)?.Length}").Order(StringComparer.Ordinal)];
}
