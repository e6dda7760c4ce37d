using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Actors.Tests.Journal;
using ActorRlhf.Actors.Tests.Transfer;

namespace ActorRlhf.Actors.Tests.Runs.Reading;

public sealed class KeptRunsTests(TwoRuns runs) : IClassFixture<TwoRuns>
{
    static readonly RunId s_run = RunId.Parse("one");

    [Fact]
    public async Task All_RunIsDeletedAndAnotherOfAsManyEventsComesUnderItsId_IsReadAnew()
    {
        await using var elsewhere = await RunsHost.StartAsync();
        var other = await elsewhere.TrainAsync("one", Some.Recipe("seed=7", "rl.steps=1"));
        var archive = Path.Combine(Temporary.NewDirectory(), "one.zip");
        RunArchive.Export(elsewhere.Data.Store, s_run, archive);
        await using var host = await RunsHost.StartAsync();
        var first = await host.TrainAsync("one", Some.Recipe("seed=8", "rl.steps=1"));
        Assert.Equal(other.Head.Sequence, first.Head.Sequence);
        var kept = new KeptRuns<ContentHash>(host.Data.Store, run => run.Trajectory);
        Assert.Equal([(s_run, first.Trajectory)], kept.All(leavesOutDamaged: false));

        RunDeletion.Delete(host.Data.Store, s_run, force: false, "test", TimeProvider.System, "alice");
        Assert.Empty(kept.All(leavesOutDamaged: false));
        RunArchive.Import(host.Data.Store, archive, force: true, TimeProvider.System);

        Assert.NotEqual(first.Trajectory, other.Trajectory);
        Assert.Equal([(s_run, other.Trajectory)], kept.All(leavesOutDamaged: false));
    }

    [Theory]
    [InlineData("message = x'00'", typeof(UnreadableEventException))]
    [InlineData("deleted = 1", typeof(RunNotFoundException))]
    public void All_RunIsDamaged_IsLeftOutWhereThatIsWanted(string damage, Type thrown)
    {
        var directory = Path.Combine(Temporary.NewDirectory(), "data");
        DataBackup.Restore(runs.Backup, directory, TimeProvider.System);
        JournalHost.Tamper(
            Path.Combine(directory, DataDirectory.JournalName), $"UPDATE journal SET {damage} WHERE persistence_id = 'run-one'");
        using var data = DataDirectory.OpenForReading(directory);
        var kept = new KeptRuns<long>(data.Store, run => run.Head.Sequence);

        Assert.Equal(["two"], kept.All(leavesOutDamaged: true).Select(one => one.Run.Value));
        Assert.Throws(thrown, () => kept.All(leavesOutDamaged: false).ToArray());
    }
}
