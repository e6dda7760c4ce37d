using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Transfer;

namespace ActorRlhf.Actors.Tests.Transfer;

public sealed class ForkArchiveTests : IClassFixture<TwoRuns>, IAsyncLifetime
{
    readonly string _source = Path.Combine(Temporary.NewDirectory(), "data");
    readonly string _target = Path.Combine(Temporary.NewDirectory(), "data");
    readonly string _file = Path.Combine(Temporary.NewDirectory(), "run.zip");
    readonly TwoRuns _runs;

    public ForkArchiveTests(TwoRuns runs) => _runs = runs;

    /// <summary><c>grandchild</c> left <c>child</c>, which left <c>one</c>; <c>two</c> is no relative.</summary>
    public async Task InitializeAsync()
    {
        DataBackup.Restore(_runs.Backup, _source, TimeProvider.System);
        await ForkedRun.WriteAsync(
            _source, "one", "child", new RunPaused("a"), new RunResumed("b", null), new RunPaused("c"), new RunResumed("d", null));
        await ForkedRun.WriteAsync(_source, "child", "grandchild");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void Import_Fork_BringsItsAncestorsAndNobodyElse()
    {
        Export("grandchild");

        RunArchive.Import(_file, _target, force: false, TimeProvider.System);

        Assert.Equal(Contents.Rows(_source).Where(row => !row.StartsWith("run-two", StringComparison.Ordinal)), Contents.Rows(_target));
        using var data = DataDirectory.OpenForReading(_target);
        RunArchive.Export(data.Store, RunId.Parse("one"), _file);
        Assert.Equal(File.ReadAllBytes(_runs.Export), File.ReadAllBytes(_file));
    }

    [Fact]
    public void Import_ForkWhoseParentIsThere_AddsTheForkAlone()
    {
        RunArchive.Import(_runs.Export, _target, force: false, TimeProvider.System);
        Export("child");

        var intake = RunArchive.Import(_file, _target, force: false, TimeProvider.System);

        Assert.Equal(["run-child"], intake.Streams.Where(stream => stream.Added > 0).Select(stream => stream.Stream));
        Assert.Equal(0, intake.Artefacts);
    }

    [Fact]
    public void Import_ForkWithoutItsParentsStreams_IsRefused()
    {
        Export("child");
        var forged = Forgery.Of(_file);
        foreach (var stream in (string[])["run-one", "run-one-evaluations"])
        {
            forged.Remove($"streams/{stream}");
            forged.Streams.Remove(forged.Stream(stream));
        }
        var refused = Assert.Throws<ArchiveRefusedException>(() =>
            RunArchive.Import(forged.Write(), _target, force: false, TimeProvider.System));
        Assert.Equal("streams/run-child", refused.Entry);
    }

    [Fact]
    public void Restore_BackupWithForks_HasThemAll()
    {
        using (var data = DataDirectory.OpenForReading(_source)) DataBackup.Write(data.Store, _file);
        DataBackup.Restore(_file, _target, TimeProvider.System);
        Assert.Equal(Contents.Rows(_source), Contents.Rows(_target));
    }

    void Export(string run)
    {
        using var data = DataDirectory.OpenForReading(_source);
        RunArchive.Export(data.Store, RunId.Parse(run), _file);
    }
}
