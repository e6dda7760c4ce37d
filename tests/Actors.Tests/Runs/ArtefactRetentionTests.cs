using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Journal;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>Runs that write the same bytes share their files; retention of one leaves the other whole.</summary>
public sealed class ArtefactRetentionTests
{
    [Fact]
    public async Task Train_TwinThatKeepsEverythingHasEnded_KeepsItsCheckpoints()
    {
        await using var host = await RunsHost.StartAsync();
        var twin = await host.TrainAsync("twin", Some.Recipe("checkpoint.every=1", "checkpoint.keep=0"));

        var run = await host.TrainAsync("run", Some.Recipe("checkpoint.every=1", "checkpoint.keep=1"));

        Assert.Equal(12, Removed(run).Count);
        Assert.Equal([1, 2, 3, 4], twin.State.Checkpoints.Select(saved => saved.Step));
        Assert.All(twin.State.Checkpoints.SelectMany(saved => saved.Files), file => twin.Artefacts.Read(file.Hash));
    }

    [Fact]
    public async Task Train_RunOfAnotherRecipeHasTheSameCheckpoints_KeepsThem()
    {
        await using var host = await RunsHost.StartAsync();
        // At a constant learning rate four steps are the first four of five.
        var longer = await host.TrainAsync(
            "longer", Some.Recipe("rl.learningRateFinal=1", "rl.steps=5", "checkpoint.every=1", "checkpoint.keep=0"));

        var run = await host.TrainAsync("run", Some.Recipe("rl.learningRateFinal=1", "checkpoint.every=1", "checkpoint.keep=1"));

        Assert.NotEqual(longer.State.Beginning!.Identity, run.State.Beginning!.Identity);
        Assert.Equal(12, Removed(run).Intersect(longer.State.Artefacts).Count());
        Assert.All(longer.State.Artefacts, hash => longer.Artefacts.Read(hash));
    }

    [Fact]
    public async Task Artefacts_FinishedRun_AreThoseOfItsStagesToo()
    {
        await using var host = await RunsHost.StartAsync();

        var run = await host.TrainAsync("run", Some.Recipe());

        var named = run.Training()
            .Select(read => read.Event)
            .Where(fact => fact is StageCompleted or PreferenceLabelled or RewardModelTrained)
            .SelectMany(NamedArtefacts.In)
            .ToHashSet();
        Assert.NotEmpty(run.State.Preferences);
        Assert.Empty(named.Except(run.State.Artefacts));
    }

    [Fact]
    public async Task Train_TwinIsPaused_ItCanGoOnFromItsCheckpoint()
    {
        var gate = new Gate(step: 2, run: "twin");
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        var news = host.News(RunId.Parse("twin"));
        var recipe = Some.Recipe("checkpoint.every=1", "checkpoint.keep=1");
        await host.LaunchAsync("twin", recipe);
        await gate.Reached;
        await host.AskAsync("twin", new PauseRun("test"));
        gate.Open();

        var run = await host.TrainAsync("run", recipe);
        await host.AskAsync("twin", new ResumeRun("test"));
        await news.NextAsync<RunEnded>(ended => ended.View.State.IsTerminal);

        Assert.Equal(12, Removed(run).Count);
        Assert.Equal((RunStatus.Completed, run.Trajectory), (host.Read("twin").State.Status, host.Read("twin").Trajectory));
    }

    [Fact]
    public async Task Train_TwinIsUnderWay_DeletesAndTheTwinWritesItsOwn()
    {
        var gate = new Gate(step: 2, run: "twin");
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        var news = host.News(RunId.Parse("twin"));
        await host.LaunchAsync("twin", Some.Recipe("checkpoint.every=1", "checkpoint.keep=0"));
        await gate.Reached;
        var named = host.Read("twin").State.Artefacts.ToHashSet();

        var run = await host.TrainAsync("run", Some.Recipe("checkpoint.every=1", "checkpoint.keep=1"));
        Assert.All(Removed(run), hash => Assert.Equal(named.Contains(hash), run.Artefacts.Exists(hash)));
        Assert.Contains(Removed(run), hash => !named.Contains(hash));
        gate.Open();
        await news.NextAsync<RunEnded>();

        var twin = host.Read("twin");
        Assert.Equal((RunStatus.Completed, run.Trajectory), (twin.State.Status, twin.Trajectory));
        Assert.All(twin.State.Artefacts, hash => twin.Artefacts.Read(hash));
    }

    /// <summary>What a former process left behind is gone when a run of this one has ended, and nothing else.</summary>
    [Fact]
    public async Task Train_FilesThatNobodyNames_AreCollectedAtTheEnd()
    {
        ContentHash lost;
        string directory;
        await using (var host = await RunsHost.StartAsync())
        {
            directory = host.Directory;
            lost = new ArtefactStore(Path.Combine(directory, "artefacts")).Put("left by a process that was killed"u8);
            await host.TrainAsync("run", Some.Recipe());
            using var patience = new CancellationTokenSource(RunsHost.Patience);
            while (File.Exists(new ArtefactStore(Path.Combine(directory, "artefacts")).PathOf(lost))) await Task.Delay(10, patience.Token);
        }
        using var data = DataDirectory.OpenForReading(directory);
        Assert.Null(RunAudit.Of(data.Store, RunId.Parse("run")).FirstBad);
    }

    [Fact]
    public async Task Train_RunOfAnotherSeed_DoesNotKeepFiles()
    {
        await using var host = await RunsHost.StartAsync();
        await host.TrainAsync("other", Some.Recipe("seed=2", "checkpoint.keep=0"));

        var run = await host.TrainAsync("run", Some.Recipe("checkpoint.every=1", "checkpoint.keep=1"));

        Assert.All(Removed(run), hash => Assert.False(run.Artefacts.Exists(hash)));
    }

    [Fact]
    public async Task Train_AnotherRunsLogIsDamaged_GoesOnAndDeletesNothing()
    {
        await using var host = await RunsHost.StartAsync();
        await host.TrainAsync("other", Some.Recipe("seed=2"));
        JournalHost.Tamper(
            host.JournalFile, "UPDATE journal SET message = x'00' WHERE persistence_id = 'run-other' AND sequence_number = 1");

        var run = await host.TrainAsync("run", Some.Recipe("checkpoint.every=1", "checkpoint.keep=1"));

        Assert.Equal((RunStatus.Completed, 12), (run.State.Status, Removed(run).Count));
        Assert.All(run.Training(), read => Assert.Equal(1, read.Envelope.WriterEpoch)); // it was never started again
        Assert.All(Removed(run), hash => run.Artefacts.Read(hash));
    }

    static List<ContentHash> Removed(RunRecord run) =>
        [.. run.Training().Select(read => read.Event).OfType<ArtefactRemoved>().Select(fact => fact.Hash)];
}
