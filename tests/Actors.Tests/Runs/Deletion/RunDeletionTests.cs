using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Actors.Tests.Journal;
using ActorRlhf.Actors.Tests.Transfer;
using Microsoft.Extensions.Time.Testing;

namespace ActorRlhf.Actors.Tests.Runs.Deletion;

/// <summary>Each test works on its own copy of two runs.</summary>
public sealed class RunDeletionTests : IClassFixture<TwoRuns>
{
    static readonly FakeTimeProvider s_time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    readonly string _data = Path.Combine(Temporary.NewDirectory(), "data");
    readonly TwoRuns _runs;

    public RunDeletionTests(TwoRuns runs)
    {
        _runs = runs;
        DataBackup.Restore(runs.Backup, _data, TimeProvider.System);
    }

    [Fact]
    public void Delete_CompletedRun_RemovesItsRowsAndArtefactsAndNothingElse()
    {
        var (own, others) = (Required("one"), Required("two"));

        var result = Delete("one");

        Assert.Equal(Contents.Rows(_runs.Directory, "run-two%"), Contents.Rows(_data, "run-%"));
        Assert.Equal(others.Order(ByName), Contents.Artefacts(_data));
        // What depends on neither the seed nor the recipe's seed is shared.
        Assert.Equal((own.Except(others).Count(), own.Intersect(others).Count()), (result.Artefacts, result.Kept));
        Assert.True(result.Bytes > 0);
        Contents.AssertChains(_data);
    }

    [Fact]
    public void Delete_Run_LeavesATombstoneThatTellsAllOfIt()
    {
        var record = Read("one");

        Delete("one", reason: "a test");

        var deleted = Assert.Single(Deleted.All());
        Assert.Equal(new RunDeleted("one", record.Head, record.Trajectory, "a test"), deleted.Facts);
        Assert.Equal((s_time.GetUtcNow(), Environment.UserName), (deleted.At, deleted.Who));
        using var data = DataDirectory.OpenForReading(_data);
        Assert.Equal(["two"], new RunReader(data.Store).Runs().Select(run => run.Value));
        Assert.Equal("one", Assert.Throws<RunDeletedException>(() => new RunReader(data.Store).Open("one")).Deleted.Facts.Run);
    }

    [Fact]
    public void Delete_SecondRun_ContinuesTheChainOfTombstones()
    {
        Delete("one");
        Delete("two");
        Assert.Equal(["one", "two"], Deleted.All().Select(deleted => deleted.Facts.Run));
        Assert.Equal([1, 2], Journal.Read(DeletedRuns.Stream).Select(read => read.Envelope.WriterEpoch));
        Contents.AssertChains(_data);
        Assert.Empty(Contents.Artefacts(_data));
    }

    [Fact]
    public void Delete_Journal_GivesItsRoomBack()
    {
        var file = new FileInfo(Path.Combine(_data, DataDirectory.JournalName));
        var before = file.Length;
        Delete("one");
        file.Refresh();
        Assert.True(file.Length < before, $"{file.Length} of {before} bytes");
    }

    [Fact]
    public void Delete_Again_SaysWhenItWasDeleted()
    {
        Delete("one");
        Assert.Contains("2026-11-23 12:00:00Z", Assert.Throws<RunDeletedException>(() => Delete("one")).Message);
    }

    [Fact]
    public void Delete_UnknownRun_IsNotFound() => Assert.Throws<RunNotFoundException>(() => Delete("three"));

    [Fact]
    public void Delete_DirectoryOpenedForReading_IsRefused()
    {
        using (var data = DataDirectory.OpenForReading(_data))
            Assert.Throws<InvalidOperationException>(() => RunDeletion.Delete(data.Store, TwoRuns.One, force: true, "test", s_time));
        Assert.Equal("one", Read("one").Id.Value);
    }

    [Fact]
    public async Task Delete_ParentOfForks_NamesThemAndDeletesNothing()
    {
        await ForkedRun.WriteAsync(_data, "one", "child");
        await ForkedRun.WriteAsync(_data, "one", "second-child");
        var before = Contents.Files(_data);

        var kept = Assert.Throws<RunKeptException>(() => Delete("one", force: true));

        Assert.Contains("child, second-child", kept.Message);
        Assert.Equal(before, Contents.Files(_data));
        Delete("child", force: true);
        Delete("second-child", force: true);
        Assert.Equal(Required("one").Union(Required("two")).Order(ByName), Contents.Artefacts(_data));
        Delete("one");
    }

    [Fact]
    public async Task Delete_RunThatCanGoOn_NeedsForce()
    {
        await ForkedRun.WriteAsync(_data, "one", "child", new RunPaused("test"));

        Assert.Contains("paused", Assert.Throws<RunKeptException>(() => Delete("child")).Message);

        Assert.Equal("child", Delete("child", force: true).Run);
    }

    [Fact]
    public void Delete_DamagedRun_NeedsForceAndKeepsArtefacts()
    {
        JournalHost.Tamper(
            Path.Combine(_data, DataDirectory.JournalName),
            "UPDATE journal SET message = x'00' WHERE persistence_id = 'run-one' AND sequence_number = 3");
        var artefacts = Contents.Artefacts(_data);
        Assert.Contains("--force", Assert.Throws<RunKeptException>(() => Delete("one")).Message);

        Assert.Null(Delete("one", force: true).Head);

        Assert.Equal(artefacts, Contents.Artefacts(_data));
        using var data = DataDirectory.OpenForWriting(_data, s_time);
        ArtefactCollection.Collect(data.Store);
        Assert.Equal(Required("two").Order(ByName), Contents.Artefacts(_data));
    }

    [Fact]
    public void Audit_DirectoryWithTombstones_IsWell()
    {
        Delete("one");
        Assert.Null(Audit("two").FirstBad);
    }

    [Fact]
    public void Audit_DeletedRunImportedAgain_IsWell()
    {
        Delete("one");
        RunArchive.Import(_runs.Export, _data, force: true, s_time);
        Assert.Null(Audit("one").FirstBad);
    }

    [Fact]
    public void Audit_TombstoneAltered_IsFoundByTheAuditOfAnyRun()
    {
        Delete("one");
        JournalHost.Tamper(
            Path.Combine(_data, DataDirectory.JournalName),
            $"UPDATE journal SET manifest = 'run.paused/1' WHERE persistence_id = '{DeletedRuns.Stream}'");
        var bad = Audit("two").FirstBad;
        Assert.Equal((DeletedRuns.Stream, 1, AuditFindingKind.Altered), (bad?.Stream, bad?.Sequence, bad?.Kind));
    }

    [Fact]
    public void Audit_AnotherEventAmongTheTombstones_IsAltered()
    {
        using (var data = DataDirectory.OpenForWriting(_data, s_time))
        {
            var envelope = new EventEnvelope(s_time.GetUtcNow(), null, "host", 1, 1, null);
            var stored = EventCatalogue.Known.Seal(DeletedRuns.Stream, default, new RunPaused("x"), envelope);
            using var transaction = data.Store.Begin(s_time);
            transaction.Append(DeletedRuns.Stream, new JournalRow(0, 1, stored.Manifest, JournalRow.SerializerId, stored.ToBytes()));
            transaction.Commit();
        }
        var bad = Audit("two").FirstBad;
        Assert.Equal((DeletedRuns.Stream, 1, AuditFindingKind.Altered), (bad?.Stream, bad?.Sequence, bad?.Kind));
    }

    /// <summary>A log under the id of a deleted run that is not the one that was deleted.</summary>
    [Fact]
    public void Audit_DeletedRunInventedAgain_ContradictsItsTombstone()
    {
        Delete("one");
        RunArchive.Import(_runs.Export, _data, force: true, s_time);
        using (var forged = new Auditing.Forgery(_data, RunId.Parse("one")))
        {
            forged.Lie(forged.Training()[0], (RunStarted fact) => fact with { Libraries = ["another"] });
            var bad = forged.Audit().FirstBad;
            Assert.Equal((forged.Training()[^1].Sequence, AuditFindingKind.Altered), (bad?.Sequence, bad?.Kind));
            Assert.Contains("tombstone", bad!.Detail, StringComparison.Ordinal);
        }
    }

    AuditReport Audit(string run)
    {
        using var data = DataDirectory.OpenForReading(_data);
        return RunAudit.Of(data.Store, RunId.Parse(run));
    }

    [Fact]
    public void Import_DeletedRun_NeedsForce()
    {
        Delete("one");
        var before = Contents.Files(_data);

        Assert.Equal(
            "one",
            Assert.Throws<RunDeletedException>(() => RunArchive.Import(_runs.Export, _data, force: false, s_time)).Deleted.Facts.Run);
        Assert.Equal(before, Contents.Files(_data));

        RunArchive.Import(_runs.Export, _data, force: true, s_time);
        Assert.Equal(Contents.Rows(_runs.Directory, "run-%"), Contents.Rows(_data, "run-%"));
        Assert.Single(Deleted.All()); // it was deleted once, whatever came afterwards
    }

    [Fact]
    public void Backup_AfterADeletion_RestoresTheTombstone()
    {
        Delete("one");
        var (file, target) = (Path.Combine(Temporary.NewDirectory(), "backup.zip"), Path.Combine(Temporary.NewDirectory(), "data"));
        using (var data = DataDirectory.OpenForReading(_data)) DataBackup.Write(data.Store, file);

        DataBackup.Restore(file, target, s_time);

        Assert.Equal(Contents.Rows(_data), Contents.Rows(target));
    }

    DeletionResult Delete(string run, bool force = false, string reason = "test")
    {
        using var data = DataDirectory.OpenForWriting(_data, s_time);
        return RunDeletion.Delete(data.Store, RunId.Parse(run), force, reason, s_time);
    }

    JournalReader Journal => new(JournalSettings.Sqlite(Path.Combine(_data, DataDirectory.JournalName)), EventCatalogue.Known);

    DeletedRuns Deleted => new(Journal);

    RunRecord Read(string run)
    {
        using var data = DataDirectory.OpenForReading(_data);
        return new RunReader(data.Store).Open(run);
    }

    IReadOnlyList<ContentHash> Required(string run) =>
        [.. ArtefactLedger.Of(Read(run).Training().Concat(Read(run).Evaluations())).Required];

    static Comparer<ContentHash> ByName { get; } =
        Comparer<ContentHash>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));
}
