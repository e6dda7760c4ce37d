using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Tests.Runs.Auditing;

namespace ActorRlhf.Actors.Tests.Runs.Reusing;

/// <summary>Runs that take stages from each other, through the real actors and the real journal.</summary>
public sealed class StageReuseTests
{
    const string First = "one", Second = "two";

    [Fact]
    public async Task Train_AnotherRunHasItsStages_TakesAllThreeAndIsWhatItIsAlone()
    {
        await using var host = await RunsHost.StartAsync();
        await host.TrainAsync(First, Reusing());

        var run = await host.TrainAsync(Second, Reusing());

        Assert.Equal([StageNames.Sft, StageNames.Preferences, StageNames.RewardModels], Reused(run));
        Assert.DoesNotContain(run.Training(), read => read.Event is SftCheckpointed);
        var tally = new RunTally(run);
        Assert.True(tally.TryUpdate());
        Assert.Equal(Events(run), tally.Reused);
        var alone = await SoundRun.Of(Some.Recipe());
        Assert.Equal((alone.Trajectory, alone.Weights), (run.Trajectory, run.State.Weights));
        Assert.Null(RunAudit.Of(host.Data.Store, run.Id).FirstBad);
        var again = new WholeRecomputation(run, acceptBuild: false);
        await again.ExecuteAsync(null, null, CancellationToken.None);
        Assert.Equal(StageNames.InOrder, again.Stages);
    }

    [Theory]
    [InlineData(0, "pretrain.steps=59")]
    [InlineData(0, "compute.shards=3")]
    [InlineData(0, "seed=2")]
    [InlineData(1, "annotator.noise=0.3")]
    [InlineData(2, "reward.epochs=1")]
    [InlineData(3, "kl.coefficient=0.3")]
    public async Task Train_AnotherRunDiffersFromSomewhereOn_TakesWhatComesBeforeAndExecutesTheRest(int stages, string change)
    {
        await using var host = await RunsHost.StartAsync();
        await host.TrainAsync(First, Reusing());

        var run = await host.TrainAsync(Second, Reusing(change));

        Assert.Equal(StageNames.InOrder.Skip(1).Take(stages), Reused(run));
        var alone = await SoundRun.Of(Some.Recipe(change));
        Assert.Equal((alone.Trajectory, alone.Weights), (run.Trajectory, run.State.Weights));
        Assert.Null(RunAudit.Of(host.Data.Store, run.Id).FirstBad);
    }

    [Fact]
    public async Task Train_NobodyAskedForIt_TakesNothing()
    {
        await using var host = await RunsHost.StartAsync();
        await host.TrainAsync(First, Reusing());

        Assert.Empty(Reused(await host.TrainAsync(Second, Some.Recipe())));
    }

    [Fact]
    public async Task Train_TheOtherRunTookTheStageItself_NamesTheOneThatExecutedIt()
    {
        await using var host = await RunsHost.StartAsync();
        await host.TrainAsync("late", Reusing());
        await host.TrainAsync("early", Reusing());    // before the other one in order

        var run = await host.TrainAsync("third", Reusing());

        Assert.All(Events(run), reused => Assert.Equal("late", reused.Run));
    }

    [Fact]
    public async Task Train_AnArtefactOfTheStageIsGone_ExecutesIt()
    {
        await using var host = await RunsHost.StartAsync();
        var policy = (await host.TrainAsync(First, Reusing())).State.SftPolicy.ToString();
        File.Delete(Path.Combine(host.Directory, "artefacts", policy[..2], policy[2..]));

        var run = await host.TrainAsync(Second, Reusing());

        Assert.Equal([StageNames.Preferences, StageNames.RewardModels], Reused(run));
        Assert.Null(RunAudit.Of(host.Data.Store, run.Id).FirstBad);
    }

    [Fact]
    public Task Train_AnotherBuildTrainedTheOtherRun_TakesNothing() => TakesNothingAsync(copy =>
        copy.Lie(copy.Training()[0], (RunStarted started) => started with { Build = "another" }));

    // By a processor that computes other last digits, say.
    [Fact]
    public Task Train_TheOtherRunsSftCameToSomethingElse_TakesNothingThatFollowsFromIt() => TakesNothingAsync(copy =>
        copy.Lie(
            copy.Training().Single(read => read.Event is StageCompleted { Stage: StageNames.Sft }),
            (StageCompleted stage) => stage with { Artefacts = [new NamedArtefact("policy", Some.Hash("elsewhere"))] }));

    static async Task TakesNothingAsync(Action<Forgery> lie)
    {
        var directory = Temporary.NewDirectory();
        await using (var host = await RunsHost.StartAsync(directory)) await host.TrainAsync(First, Reusing());
        using var copy = new Forgery(directory, RunId.Parse(First));
        lie(copy);

        await using var next = await RunsHost.StartAsync(copy.Data.Path);
        var run = await next.TrainAsync(Second, Reusing());

        Assert.Empty(Reused(run));
        Assert.Equal((await SoundRun.Of(Some.Recipe())).Trajectory, run.Trajectory);
    }

    [Fact]
    public async Task Audit_TheOtherRunWasDeleted_TheRunKeepsItsArtefactsAndIsSound()
    {
        var directory = Temporary.NewDirectory();
        await using (var host = await RunsHost.StartAsync(directory))
        {
            await host.TrainAsync(First, Reusing());
            await host.TrainAsync(Second, Reusing("kl.coefficient=0.3"));
        }
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System);
        Assert.Empty(RunAudit.Of(data.Store, RunId.Parse(Second)).NotFollowed);
        RunDeletion.Delete(data.Store, RunId.Parse(First), force: false, "a test", TimeProvider.System);

        var report = RunAudit.Of(data.Store, RunId.Parse(Second));

        Assert.Null(report.FirstBad);
        Assert.Equal(Reused(new RunReader(data.Store).Read(RunId.Parse(Second))), report.NotFollowed.Select(reused => reused.Stage));
    }

    [Fact]
    public async Task Audit_WhatTheRunSaysOfTheStageIsALie_IsFound()
    {
        var directory = Temporary.NewDirectory();
        StreamHead other;
        await using (var host = await RunsHost.StartAsync(directory))
        {
            await host.TrainAsync(First, Reusing());
            var run = await host.TrainAsync("other", Reusing("pretrain.learningRate=0.0007"));
            var sft = run.Training().Single(read => read.Event is StageCompleted { Stage: StageNames.Sft });
            other = new StreamHead(sft.Sequence, sft.Hash);
            await host.TrainAsync(Second, Reusing());
            // Before it begins SFT.
            await host.LaunchAsync("stopped", Reusing("pretrain.steps=100000"));
            await host.AskAsync("stopped", new StopRun("the test"));
        }

        Told("pretrain.learningRate is", copy => copy.Lie(Sft(copy), (StageReused reused) =>
            reused with { Run = "other", At = other }));
        Told("at is event", copy => copy.Lie(Sft(copy), (StageReused reused) => reused with { At = new StreamHead(99, reused.At.Hash) }));
        Told("cannot stand for stage 'sft'", copy => copy.Lie(Sft(copy), (StageReused reused) => reused with { Stage = StageNames.World }));
        Told("cannot stand for stage 'sft'", copy => copy.Lie(
            Sft(copy), (StageReused reused) => reused with { Stage = StageNames.RewardModels }));
        Told("which has no stage 'sft'", copy => copy.Lie(Sft(copy), (StageReused reused) => reused with { Run = "stopped" }));
        Told("which is no other run", copy => copy.Lie(Sft(copy), (StageReused reused) => reused with { Run = Second }));
        Told("is not that of run one", copy => copy.Lie(
            copy.Training().Single(read => read.Event is StageCompleted { Stage: StageNames.Sft }),
            (StageCompleted stage) => stage with { Metrics = [new("loss", 0.25), .. stage.Metrics[1..]] }));
        Told("every stage is executed", copy => copy.LieInRecipe("compute.reuseStages=false"));
        Told("pretrain.weightDecay is", copy => copy.LieInRecipe("pretrain.weightDecay=0.3"));
        // Steps of SFT of which nothing was saved were not executed.
        Told("the checkpoint of step", copy => copy.Remove(Sft(copy)));

        static ReadEvent Sft(Forgery copy) => copy.Training().Single(read => read.Event is StageReused { Stage: StageNames.Sft });

        void Told(string what, Action<Forgery> lie)
        {
            using var copy = new Forgery(directory, RunId.Parse(Second));
            Assert.Null(copy.Audit().FirstBad);
            lie(copy);
            copy.Finish();
            Assert.Contains(what, copy.Audit().FirstBad?.Detail);
        }
    }

    static Recipe Reusing(params string[] overrides) => Some.Recipe(["compute.reuseStages=true", "checkpoint.sftEvery=20", .. overrides]);

    static IEnumerable<StageReused> Events(RunRecord run) => run.Training().Select(read => read.Event).OfType<StageReused>();

    static IEnumerable<string> Reused(RunRecord run) => Events(run).Select(reused => reused.Stage);
}
