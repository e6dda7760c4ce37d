using System.Text.Json;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Contracts;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Host.Tests.Cli;

[Collection(TrainedRunsCollection.Name)]
public sealed class MovingRunsTests(TrainedRuns runs) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-moving-").FullName;

    string Archive => Path.Combine(_folder, "archive.zip");

    string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ExportImport_Run_ShowsTheSameElsewhere()
    {
        var exported = (await DoneAsync("export", TrainedRuns.Done, "-o", Archive, "--data", runs.Data, "--json")).Single();
        var imported = (await DoneAsync("import", Archive, "--data", Data, "--json"));

        Assert.Equal(["file", "run", "heads", "events", "artefacts", "bytes"], exported.Names());
        Assert.Equal(["run", "changed", "streams", "artefacts", "mended", "dataDirectory"], imported.Single().Names());
        Assert.Contains($"were added to {Data}", imported.Error, StringComparison.Ordinal);
        foreach (var command in (string[])["show", "metrics", "completions", "events"])
        {
            var there = await DoneAsync(command, TrainedRuns.Done, "--data", runs.Data, "--json");
            var here = await DoneAsync(command, TrainedRuns.Done, "--data", Data, "--json");
            Assert.Equal(there.Out, here.Out);
        }
        var line = (await DoneAsync("runs", "--data", Data, "--json")).Single();
        Assert.Equal(line.GetProperty("head").GetString(), exported.GetProperty("heads").GetProperty(TrainedRuns.Done).GetString());
        Assert.Equal(new FileInfo(Archive).Length, exported.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public async Task Import_Again_SaysThatNothingChanged()
    {
        await DoneAsync("export", TrainedRuns.Stopped, "-o", Archive, "--data", runs.Data);
        await DoneAsync("import", Archive, "--data", Data);

        var again = await DoneAsync("import", Archive, "--data", Data, "--json");

        Assert.False(again.Single().GetProperty("changed").GetBoolean());
        Assert.Contains("nothing was changed", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_OverADamagedArtefact_SaysThatItWasReplaced()
    {
        await DoneAsync("export", TrainedRuns.Stopped, "-o", Archive, "--data", runs.Data);
        await DoneAsync("import", Archive, "--data", Data);
        using (var data = DataDirectory.OpenForReading(Data))
            await File.WriteAllTextAsync(data.Artefacts.PathOf(data.Artefacts.List().First()), "damaged");

        var again = await DoneAsync("import", Archive, "--data", Data, "--json");

        var intake = again.Single();
        Assert.Equal(
            (true, 0, 1),
            (
                intake.GetProperty("changed").GetBoolean(),
                intake.GetProperty("artefacts").GetInt32(),
                intake.GetProperty("mended").GetInt32()));
        Assert.Contains("1 damaged artefact there was replaced", again.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("import", "export")]
    [InlineData("restore", "backup")]
    public async Task Take_DamagedFile_FailsInOneLineAndLeavesNothing(string take, string write)
    {
        await DoneAsync([write, .. write is "export" ? [TrainedRuns.Done] : Array.Empty<string>(), "-o", Archive, "--data", runs.Data]);
        var bytes = await File.ReadAllBytesAsync(Archive);
        bytes[5000] ^= 1;
        await File.WriteAllBytesAsync(Archive, bytes);

        await RefusedAsync(ExitCode.Failed, Archive, take, Archive, "--data", Data, "--json");

        Assert.Equal([Archive], Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Take_ArchiveOfTheOtherKind_SaysWhichCommandTakesIt()
    {
        await DoneAsync("export", TrainedRuns.Done, "-o", Archive, "--data", runs.Data);
        await RefusedAsync(ExitCode.Failed, "a run is taken in by 'import'", "restore", Archive, "--data", Data);
    }

    [Theory]
    [InlineData("import")]
    [InlineData("restore")]
    public async Task Take_NoSuchFile_IsNotFound(string command) =>
        await RefusedAsync(ExitCode.NotFound, "there is no file", command, Archive, "--data", Data);

    [Theory]
    [InlineData("import", "export")]
    [InlineData("restore", "backup")]
    public async Task Take_Directory_SaysThatAFileIsExpected(string command, string writer) =>
        await RefusedAsync(
            ExitCode.NotFound, $"{_folder} is a directory; expected the one file that '{writer}' wrote",
            command, _folder, "--data", Data);

    [Theory]
    [InlineData("nobody's zip", "it is no zip, or was cut off or damaged")]
    [InlineData("cut off", "it is no zip, or was cut off or damaged")]
    [InlineData("no local header", "the zip is damaged there")]
    public async Task Import_DamagedZip_SaysSoInOurOwnWords(string damage, string said)
    {
        await DoneAsync("export", TrainedRuns.Stopped, "-o", Archive, "--data", runs.Data);
        var bytes = await File.ReadAllBytesAsync(Archive);
        if (damage is "no local header") bytes[0] ^= 1;
        await File.WriteAllBytesAsync(Archive, damage switch { "nobody's zip" => [1, 2, 3], "cut off" => bytes[..1000], _ => bytes });

        await RefusedAsync(ExitCode.Failed, $"{Archive} is refused: ", "import", Archive, "--data", Data);
        await RefusedAsync(ExitCode.Failed, said, "import", Archive, "--data", Data);
    }

    [Fact]
    public async Task BackupRestore_Directory_ListsTheSameRuns()
    {
        await DoneAsync("backup", "-o", Archive, "--data", runs.Data);
        await DoneAsync("restore", Archive, "--data", Data);
        Assert.Equal((await DoneAsync("runs", "--data", runs.Data, "--json")).Out, (await DoneAsync("runs", "--data", Data, "--json")).Out);
        await RefusedAsync(ExitCode.Failed, "not empty", "restore", Archive, "--data", Data);
    }

    [Fact]
    public async Task Backup_WhileAnotherProcessTrains_RestoresToRunsThatCanBeRead()
    {
        using var training = TrainProcess.Start(
            "pocket-tiny", "--data", Data, "--set", "rl.steps=10000", "--set", "checkpoint.every=1",
            "--set", "checkpoint.keep=1", "--set", "evaluation.every=2");
        await training.WaitForAsync("evaluation after step 2 ");
        for (var i = 0; i < 3; i++)
        {
            await DoneAsync("backup", "-o", Archive, "--data", Data);
            await DoneAsync("restore", Archive, "--data", $"{Data}-{i}");
            var run = (await DoneAsync("runs", "--data", $"{Data}-{i}", "--json")).Single();
            Assert.Equal("running", run.GetProperty("state").GetString());
            var shown = (await DoneAsync("show", "latest", "--data", $"{Data}-{i}", "--json")).Single();
            Assert.Equal(0, shown.GetProperty("disk").GetProperty("missing").GetInt32());
        }
        // Whoever wants to change something has to wait.
        var id = (await DoneAsync("runs", "--data", Data, "--json")).Single().GetProperty("run").GetString()!;
        await DoneAsync("export", id, "-o", Archive, "--data", Data);
        await RefusedAsync(ExitCode.Unreachable, "in use", "import", Archive, "--data", Data);
        await RefusedAsync(ExitCode.Unreachable, "in use", "runs", "delete", id, "--force", "--data", Data);
        await RefusedAsync(ExitCode.Unreachable, "in use", "disk", "--collect", "--data", Data);
        var use = (await DoneAsync("disk", "--data", Data, "--json")).Single();
        Assert.Equal(0, use.GetProperty("runs")[0].GetProperty("missing").GetInt32());
    }

    [Fact]
    public async Task RunsDelete_Run_IsGoneAndSaysSo()
    {
        await CopyAsync();

        var deleted = (await DoneAsync("runs", "delete", TrainedRuns.Done, "--reason", "no longer needed", "--data", Data, "--json"))
            .Single();

        Assert.Equal(["run", "head", "artefacts", "bytes", "kept"], deleted.Names());
        Assert.Equal(TrainedRuns.Stopped, (await DoneAsync("runs", "--data", Data, "--json")).Single().GetProperty("run").GetString());
        foreach (var command in (string[])["show", "events", "metrics", "export"])
        {
            string[] more = command is "export" ? ["-o", Archive] : [];
            await RefusedAsync(ExitCode.NotFound, "no longer needed", [command, TrainedRuns.Done, "--data", Data, .. more]);
        }
        await RefusedAsync(ExitCode.NotFound, "was deleted", "runs", "delete", TrainedRuns.Done, "--data", Data);
        await DoneAsync("export", TrainedRuns.Done, "-o", Archive, "--data", runs.Data);
        await RefusedAsync(ExitCode.Failed, "--force", "import", Archive, "--data", Data);
        await DoneAsync("import", Archive, "--data", Data, "--force");
        await DoneAsync("show", TrainedRuns.Done, "--data", Data);
    }

    [Fact]
    public async Task RunsDelete_OptionsBeforeTheSubcommand_Apply()
    {
        await CopyAsync();

        var deleted = (await DoneAsync("runs", "--data", Data, "--json", "delete", TrainedRuns.Done)).Single();

        Assert.Equal(TrainedRuns.Done, deleted.GetProperty("run").GetString());
        Assert.Equal(TrainedRuns.Stopped, (await DoneAsync("runs", "--data", Data, "--json")).Single().GetProperty("run").GetString());
    }

    [Fact]
    public async Task RunsDelete_AnotherRunIsDamaged_SaysSoAndIsDone()
    {
        await CopyAsync();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(Data, DataDirectory.JournalName)};Pooling=False"))
        {
            connection.Open();
            await using var damage = connection.CreateCommand();
            damage.CommandText = $"UPDATE journal SET message = x'00' WHERE persistence_id = 'run-{TrainedRuns.Stopped}'";
            damage.ExecuteNonQuery();
        }

        var deleted = await DoneAsync("runs", "delete", TrainedRuns.Done, "--data", Data);

        Assert.Contains($"run {TrainedRuns.Stopped} cannot be read", deleted.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunsDelete_DamagedRun_PointsToForceAndMakesUpNoHead()
    {
        Directory.CreateDirectory(Data);
        runs.CopyTampered(
            Data,
            $"UPDATE journal SET message = x'00' WHERE persistence_id = 'run-{TrainedRuns.Stopped}' AND sequence_number = 3");

        await RefusedAsync(ExitCode.Failed, "--force deletes it all the same", "runs", "delete", TrainedRuns.Stopped, "--data", Data);
        var deleted = await DoneAsync("runs", "delete", TrainedRuns.Stopped, "--force", "--data", Data);

        Assert.Contains("not known, because its log was damaged", deleted.Out, StringComparison.Ordinal);
        await RefusedAsync(ExitCode.NotFound, "Its log was damaged, so its head is not known", "show", TrainedRuns.Stopped, "--data", Data);
    }

    [Theory]
    [InlineData("try actorrlhf runs delete --help", "runs", "delete")]
    [InlineData("try actorrlhf show --help", "show")]
    [InlineData("try actorrlhf --help", "no-such-command")]
    public async Task Command_MistypedOne_PointsToItsOwnHelp(string hint, params string[] args)
    {
        var result = await App.RunAsync(args);

        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Equal(hint, result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
    }

    [Theory]
    [InlineData("s")]
    [InlineData("latest")]
    [InlineData("../lock")]
    public async Task RunsDelete_AnythingButAWholeId_IsNotFound(string name)
    {
        await CopyAsync();
        await RefusedAsync(ExitCode.NotFound, name, "runs", "delete", name, "--data", Data);
        Assert.Equal(2, (await DoneAsync("runs", "--data", Data, "--json")).Lines().Length);
    }

    [Fact]
    public async Task Disk_Json_AddsUpToTheDirectory()
    {
        await CopyAsync();
        var use = (await DoneAsync("disk", "--data", Data, "--json")).Single();

        Assert.Equal(
            ["path", "runs", "database", "artefacts", "orphans", "temporary", "logs", "other", "totalBytes", "collected"],
            use.Names());
        Assert.Equal(
            ["run", "events", "eventBytes", "artefacts", "artefactBytes", "exclusiveBytes", "sharedBytes", "removed", "missing"],
            use.GetProperty("runs")[0].Names());
        string[] kinds = ["database", "artefacts", "orphans", "temporary", "logs", "other"];
        Assert.Equal(use.GetProperty("totalBytes").GetInt64(), kinds.Sum(kind => use.GetProperty(kind).GetProperty("bytes").GetInt64()));
        Assert.Equal(JsonValueKind.Null, use.GetProperty("collected").ValueKind);
        var table = await DoneAsync("disk", "--data", Data);
        Assert.Contains(TrainedRuns.Done, table.Out, StringComparison.Ordinal);
        Assert.Contains("orphaned artefacts", table.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disk_Collect_RemovesOrphans()
    {
        await CopyAsync();
        using (var data = DataDirectory.OpenForWriting(Data, TimeProvider.System)) data.Artefacts.Put("nobody's"u8);

        var collected = await DoneAsync("disk", "--collect", "--data", Data, "--json");

        Assert.Equal(1, collected.Single().GetProperty("collected").GetProperty("files").GetInt32());
        Assert.Equal(0, collected.Single().GetProperty("orphans").GetProperty("files").GetInt32());
        Assert.Contains("removed 1 artefact ", collected.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("disk")]
    [InlineData("disk", "--collect")]
    [InlineData("runs", "delete", "x")]
    public async Task Commands_NoDirectory_IsNotFoundAndMakesNone(params string[] command)
    {
        await RefusedAsync(ExitCode.NotFound, Data, [.. command, "--data", Data]);
        Assert.False(Directory.Exists(Data));
    }

    [Theory]
    [InlineData("export", "x")]
    [InlineData("backup")]
    public async Task Write_WithoutAFile_IsAUsageError(params string[] command) =>
        Assert.Equal(ExitCode.Usage, (await App.RunAsync([.. command, "--data", runs.Data])).Code);

    [Fact]
    public async Task Export_UnknownFormat_ListsThemWithPlainCommas()
    {
        var result = await App.RunAsync("export", TrainedRuns.Done, "-o", "x", "--format", "xml", "--data", runs.Data);

        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.StartsWith("--format: 'xml' is not one of jsonl, parquet, csv, model\n", result.Error, StringComparison.Ordinal);
    }

    async Task CopyAsync()
    {
        await DoneAsync("backup", "-o", Archive, "--data", runs.Data);
        await DoneAsync("restore", Archive, "--data", Data);
    }

    static async Task<App.Result> DoneAsync(params string[] args)
    {
        var result = await App.RunAsync(args);
        Assert.True(result.Code == 0, result.Error);
        return result;
    }

    static async Task RefusedAsync(int code, string said, params string[] args)
    {
        var result = await App.RunAsync(args);
        Assert.Equal((code, ""), (result.Code, result.Out));
        Assert.Contains(said, Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
