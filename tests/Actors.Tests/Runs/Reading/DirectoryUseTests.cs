using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Actors.Tests.Journal;
using ActorRlhf.Actors.Tests.Transfer;

namespace ActorRlhf.Actors.Tests.Runs.Reading;

public sealed class DirectoryUseTests : IClassFixture<TwoRuns>
{
    readonly string _data = Path.Combine(Temporary.NewDirectory(), "data");

    public DirectoryUseTests(TwoRuns runs) => DataBackup.Restore(runs.Backup, _data, TimeProvider.System);

    [Fact]
    public void Of_Directory_AddsUpToEveryByteInIt()
    {
        File.WriteAllText(Path.Combine(_data, "logs", "x.jsonl"), "12345");
        Directory.CreateDirectory(Path.Combine(_data, "artefacts", "tmp"));
        File.WriteAllText(Path.Combine(_data, "artefacts", "tmp", "half"), "123");
        File.WriteAllText(Path.Combine(_data, "notes"), "12");
        File.WriteAllText(Path.Combine(_data, "artefacts", "no artefact"), "1234567");

        Look(); // reading makes SQLite's side files, which count in the second look
        var use = Look();

        Assert.Equal(new DirectoryInfo(_data).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), use.TotalBytes);
        Assert.Equal((new FileUse(1, 5), new FileUse(1, 3)), (use.Logs, use.Temporary));
        Assert.Equal(3, use.Other.Files); // the lock and two that are not ours
        Assert.Equal(0, use.Orphans.Files);
    }

    [Fact]
    public void Of_Runs_SplitsArtefactsIntoOwnAndShared()
    {
        var use = Look();

        Assert.Equal(["one", "two"], use.Runs.Select(run => run.Run));
        Assert.All(use.Runs, run => Assert.True(
            run is { ExclusiveBytes: > 0, SharedBytes: > 0, Use: { Missing: 0, Removed: > 0, Events: > 20 } },
            run.ToString()));
        Assert.Equal(use.Runs[0].SharedBytes, use.Runs[1].SharedBytes);
        Assert.Equal(use.Artefacts.Bytes, use.Runs.Sum(run => run.ExclusiveBytes) + use.Runs[0].SharedBytes);
    }

    [Fact]
    public void Collect_ArtefactsThatNobodyNames_RemovesThoseAlone()
    {
        using var data = DataDirectory.OpenForWriting(_data, TimeProvider.System);
        PutByAnotherProcess("nobody's", "neither");
        var before = DirectoryUse.Of(data);

        var collected = ArtefactCollection.Collect(data.Store);

        Assert.Equal(new FileUse(2, 15), before.Orphans);
        Assert.Equal(before.Orphans, collected);
        var after = DirectoryUse.Of(data);
        Assert.Equal((before.Artefacts, new FileUse(0, 0)), (after.Artefacts, after.Orphans));
        Assert.All(after.Runs, run => Assert.Equal(0, run.Use.Missing));
    }

    [Fact]
    public void Collect_OneLogIsDamaged_RemovesNothing()
    {
        using var data = DataDirectory.OpenForWriting(_data, TimeProvider.System);
        PutByAnotherProcess("nobody's");
        JournalHost.Tamper(data.JournalFile, "UPDATE journal SET message = x'00' WHERE persistence_id = 'run-one' AND sequence_number = 3");
        var before = data.Artefacts.List().Count();

        Assert.Throws<UnreadableEventException>(() => ArtefactCollection.Collect(data.Store));

        Assert.Equal(before, data.Artefacts.List().Count());
        var use = DirectoryUse.Of(data);
        Assert.Equal("one", Assert.Single(use.Problems).Key);
        Assert.Equal("two", Assert.Single(use.Runs).Run);
    }

    [Fact]
    public void Collect_RunWithoutEventsOrTombstone_RemovesNothing()
    {
        using var data = DataDirectory.OpenForWriting(_data, TimeProvider.System);
        PutByAnotherProcess("nobody's");
        // Its stream is still listed, and none of it can be read: so it is, too, where the journal goes away meanwhile.
        JournalHost.Tamper(data.JournalFile, "UPDATE journal SET deleted = 1 WHERE persistence_id = 'run-one'");
        var before = data.Artefacts.List().Count();

        Assert.Throws<RunNotFoundException>(() => ArtefactCollection.Collect(data.Store));

        Assert.Equal(before, data.Artefacts.List().Count());
    }

    [Fact]
    public void Collect_DirectoryOpenedForReading_IsRefused()
    {
        using (var writer = DataDirectory.OpenForWriting(_data, TimeProvider.System)) writer.Artefacts.Put("nobody's"u8);
        using var reader = DataDirectory.OpenForReading(_data);

        Assert.Throws<InvalidOperationException>(() => ArtefactCollection.Collect(reader.Store));

        Assert.Equal(1, DirectoryUse.Of(reader).Orphans.Files);
    }

    [Fact]
    public void Of_ArtefactThatWasLost_CountsAsMissing()
    {
        using var data = DataDirectory.OpenForWriting(_data, TimeProvider.System);
        var lost = new RunReader(data.Store).Open("one").State.Checkpoints[^1].Files[0].Hash;
        data.Artefacts.Remove(lost);
        Assert.Equal(1, Look().Runs[0].Use.Missing);
    }

    [Fact]
    public void Collect_PutInThisProcessAndNotNamedYet_Stays()
    {
        using var data = DataDirectory.OpenForWriting(_data, TimeProvider.System);
        var claimed = data.Artefacts.ClaimedBy("three").Put("about to be named"u8);
        PutByAnotherProcess("nobody's");

        Assert.Equal(new FileUse(1, 8), ArtefactCollection.Collect(data.Store));

        Assert.True(data.Artefacts.Exists(claimed));
    }

    [Fact]
    public void Delete_RelativeHasPutItAndNotNamedItYet_Stays()
    {
        using var data = DataDirectory.OpenForWriting(_data, TimeProvider.System);
        var (other, retention) = (data.Artefacts.ClaimedBy("two"), new ArtefactRetention(data.Store));
        var hash = other.Put("a checkpoint"u8);

        Assert.Null(retention.Delete(TwoRuns.One, [hash]));
        Assert.True(data.Artefacts.Exists(hash));

        other.Named([hash]); // and no log names it: this log was not written
        Assert.Null(retention.Delete(TwoRuns.One, [hash]));
        Assert.False(data.Artefacts.Exists(hash));
    }

    void PutByAnotherProcess(params string[] texts)
    {
        foreach (var text in texts) new ArtefactStore(Path.Combine(_data, "artefacts")).Put(System.Text.Encoding.UTF8.GetBytes(text));
    }

    DirectoryUse Look()
    {
        using var data = DataDirectory.OpenForReading(_data);
        return DirectoryUse.Of(data);
    }
}
