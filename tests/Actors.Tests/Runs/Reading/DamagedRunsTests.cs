using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Actors.Tests.Journal;
using ActorRlhf.Actors.Tests.Transfer;

namespace ActorRlhf.Actors.Tests.Runs.Reading;

/// <summary>A run that cannot be read leaves the others usable, and can be deleted.</summary>
public sealed class DamagedRunsTests : IClassFixture<TwoRuns>, IDisposable
{
    readonly DataDirectory _data;

    public DamagedRunsTests(TwoRuns runs)
    {
        var path = Path.Combine(Temporary.NewDirectory(), "data");
        DataBackup.Restore(runs.Backup, path, TimeProvider.System);
        _data = DataDirectory.OpenForWriting(path, TimeProvider.System);
    }

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Open_LatestBesideADamagedRun_IsTheLatestThatCanBeRead()
    {
        Assert.Equal("two", Reader.Open("latest").Id.Value);
        Damage("run-two");
        Assert.Equal("one", Reader.Open("latest").Id.Value);
    }

    [Fact]
    public void Open_LatestOfDamagedRunsAlone_SaysWhatIsDamaged()
    {
        Damage("run-one");
        Damage("run-two");
        Assert.Equal(1, Assert.Throws<UnreadableEventException>(() => Reader.Open("latest")).Sequence);
    }

    [Fact]
    public void Delete_TwoRunsWhoseBeginningIsDamaged_DeletesBoth()
    {
        Damage("run-one");
        Damage("run-two");

        Delete("one");
        Delete("two");

        Assert.Empty(Reader.Runs());
    }

    [Fact]
    public void Read_EnvelopeIsDamaged_NamesTheEvent()
    {
        ReplaceFirst("one", stored => stored with { Envelope = [0xC1] });

        var damaged = Assert.Throws<UnreadableEventException>(() => Reader.Open("one"));

        Assert.Equal(("run-one", 1), (damaged.Stream, damaged.Sequence));
        Assert.Equal("one", Assert.Single(DirectoryUse.Of(_data).Problems).Key);
        Delete("one");
    }

    [Fact]
    public async Task Of_ForkWhoseParentIsMissing_IsAProblemOfThatForkAlone()
    {
        await ForkedRun.WriteAsync(_data.Path, "one", "child");
        JournalHost.Tamper(_data.JournalFile, "DELETE FROM journal WHERE persistence_id LIKE 'run-one%'");

        var use = DirectoryUse.Of(_data);

        Assert.Contains("import", Assert.Single(use.Problems).Value, StringComparison.Ordinal);
        Assert.Equal("two", Assert.Single(use.Runs).Run);
        Assert.Contains("--force", Assert.Throws<RunKeptException>(() => Delete("child", force: false)).Message, StringComparison.Ordinal);
        Assert.Equal("child", Delete("child").Run);
    }

    [Theory]
    [InlineData("child")]
    [InlineData("grandchild")]
    [InlineData("no/id")]
    public async Task Read_RunThatDescendsFromItselfOrFromNoRun_IsBroken(string parent)
    {
        await ForkedRun.WriteAsync(_data.Path, "one", "child");
        await ForkedRun.WriteAsync(_data.Path, "child", "grandchild");
        var first = First("child");
        var renamed = first with { Parent = first.Parent! with { Run = parent } };
        ReplaceFirst("child", stored => stored with { Payload = EventCatalogue.Known.Encode(renamed) });

        Assert.Contains(
            $"'{parent}'",
            Assert.Throws<BrokenChainException>(() => Reader.Open("grandchild")).Message,
            StringComparison.Ordinal);
        Assert.True(DirectoryUse.Of(_data).Problems.ContainsKey("child"));
    }

    RunReader Reader => new(_data.Store);

    JournalReader Journal => new(JournalSettings.Sqlite(_data.JournalFile), EventCatalogue.Known);

    RunStarted First(string run) => (RunStarted)Journal.Read(RunId.Parse(run).TrainingStream).First().Event;

    DeletionResult Delete(string run, bool force = true) =>
        RunDeletion.Delete(_data.Store, RunId.Parse(run), force, "test", TimeProvider.System);

    void Damage(string stream) => JournalHost.Tamper(
        _data.JournalFile,
        $"UPDATE journal SET message = x'00' WHERE persistence_id = '{stream}' AND sequence_number = 1");

    void ReplaceFirst(string run, Func<StoredEvent, StoredEvent> change)
    {
        var stream = RunId.Parse(run).TrainingStream;
        var message = Convert.ToHexString(change(Journal.Read(stream).First().Stored).ToBytes());
        JournalHost.Tamper(
            _data.JournalFile,
            $"UPDATE journal SET message = x'{message}' WHERE persistence_id = '{stream}' AND sequence_number = 1");
    }
}
