using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Actors.Tests.Journal;
using ActorRlhf.Actors.Tests.Runs;
using Some = ActorRlhf.Actors.Tests.Runs.Some;

namespace ActorRlhf.Actors.Tests.Transfer;

public sealed class DataBackupTests(TwoRuns runs) : IClassFixture<TwoRuns>
{
    readonly string _target = Path.Combine(Temporary.NewDirectory(), "data");
    readonly string _file = Path.Combine(Temporary.NewDirectory(), "backup.zip");

    [Fact]
    public void Restore_NewDirectory_HasEveryRowAndArtefact()
    {
        Restore(runs.Backup);

        Assert.Equal(Contents.Rows(runs.Directory), Contents.Rows(_target));
        Assert.Equal(Contents.Artefacts(runs.Directory), Contents.Artefacts(_target));
        Contents.AssertChains(_target);
        Write(_target);
        Assert.Equal(File.ReadAllBytes(runs.Backup), File.ReadAllBytes(_file));
    }

    [Fact]
    public void Restore_EmptyDirectory_IsTaken()
    {
        Directory.CreateDirectory(_target);
        Restore(runs.Backup);
        Contents.AssertChains(_target);
    }

    [Fact]
    public void Restore_DirectoryWithAnything_IsRefusedAndLeftAlone()
    {
        Directory.CreateDirectory(_target);
        File.WriteAllText(Path.Combine(_target, "notes.txt"), "mine");
        Assert.Equal(_target, Assert.Throws<DirectoryNotEmptyException>(() => Restore(runs.Backup)).Path);
        Assert.Equal(["notes.txt"], Directory.EnumerateFileSystemEntries(_target).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Write_WhileARunGoesOn_RestoresToVerifiedChainsThatCanGoOn()
    {
        var backups = 0;
        await using (var host = await RunsHost.StartAsync())
        {
            var news = host.News(RunId.Parse("run"));
            await host.LaunchAsync("run", Some.Recipe("rl.steps=12", "checkpoint.every=1", "checkpoint.keep=1", "evaluation.every=1"));
            await news.NextAsync<StepEnded>();
            var ended = news.NextAsync<RunEnded>();
            do
            {
                Write(host.Directory);
                var target = $"{_target}-{backups++}";
                DataBackup.Restore(_file, target, TimeProvider.System);
                Contents.AssertChains(target);
                Assert.Equal(
                    Contents.Rows(target, "run-run"),
                    Contents.Rows(host.Directory, "run-run").Take(Contents.Rows(target, "run-run").Count));
            }
            while (!ended.IsCompleted);
            await ended;
        }
        Assert.True(backups > 2, $"only {backups} backups");

        await using var elsewhere = await RunsHost.StartAsync($"{_target}-0");
        var more = elsewhere.News(RunId.Parse("run"));
        var recipe = Some.Recipe("rl.steps=12", "checkpoint.every=1", "checkpoint.keep=1", "evaluation.every=1");
        await elsewhere.LaunchAsync("run", recipe);
        await more.NextAsync<RunEnded>();
        Assert.Equal((await SoundRun.Of(recipe)).Trajectory, elsewhere.Read("run").Trajectory);
    }

    /// <summary>Before its streams were read, or behind that.</summary>
    [Theory]
    [InlineData("run-one")]
    [InlineData("run-two")]
    public void Write_RunIsDeletedMeanwhile_IsABackupOfTheOthers(string at)
    {
        Restore(runs.Backup);
        using (var data = DataDirectory.OpenForWriting(_target, TimeProvider.System))
        {
            long? Wanted(string stream)
            {
                if (stream == at && new RunReader(data.Store).Has(TwoRuns.One))
                    RunDeletion.Delete(data.Store, TwoRuns.One, force: false, "test", TimeProvider.System);
                return long.MaxValue;
            }
            ArchiveWriter.Write(_file, null, data.Store.Journal, data.Artefacts, Wanted);
            Assert.False(new RunReader(data.Store).Has(TwoRuns.One));
        }

        var again = $"{_target}-again";
        DataBackup.Restore(_file, again, TimeProvider.System);

        Contents.AssertChains(again);
        Assert.Empty(Contents.Rows(again, "run-one%"));
        Assert.Equal(Contents.Rows(runs.Directory, "run-two%"), Contents.Rows(again, "run-two%"));
    }

    [Fact]
    public void Write_GivenUp_LeavesNoFile()
    {
        using var data = DataDirectory.OpenForReading(runs.Directory);
        using var ended = new CancellationTokenSource();
        ended.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => DataBackup.Write(data.Store, _file, ended.Token));

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_file)!));
    }

    [Fact]
    public void Write_DamagedStream_NamesItAndLeavesNoFile()
    {
        Restore(runs.Backup);
        JournalHost.Tamper(
            Path.Combine(_target, DataDirectory.JournalName),
            "DELETE FROM journal WHERE persistence_id = 'run-two' AND sequence_number = 4");

        var broken = Assert.Throws<BrokenChainException>(() => Write(_target));

        Assert.Equal(("run-two", 4), (broken.Stream, broken.Sequence));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_file)!));
    }

    [Fact]
    public void Restore_TargetCannotBeWritten_LeavesNothing()
    {
        File.WriteAllText(_target, "a file");
        Assert.Throws<DirectoryNotEmptyException>(() => Restore(runs.Backup));
        Assert.Equal("a file", File.ReadAllText(_target));
        Assert.Throws<DataDirectoryUnusableException>(() =>
            DataBackup.Restore(runs.Backup, Path.Combine(_target, "below"), TimeProvider.System));
    }

    void Restore(string file) => DataBackup.Restore(file, _target, TimeProvider.System);

    void Write(string directory)
    {
        using var data = DataDirectory.OpenForReading(directory);
        DataBackup.Write(data.Store, _file);
    }
}
