using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Counterfactual;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Actors.Runs.Transfer;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>A fork shares its parent's past by reference and goes on from there.</summary>
public sealed class ForkTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Fork_NothingChanged_EndsWithItsParentsTrajectoryAndWeights(int step)
    {
        await using var host = await RunsHost.StartAsync();
        var recipe = Some.Recipe();
        var parent = await host.TrainAsync("parent", recipe);

        var fork = await host.TrainAsync("fork", recipe, fork: await host.LeaveAsync(parent, step, recipe));

        Assert.Equal(RunStatus.Completed, fork.State.Status);
        Assert.Equal((parent.Trajectory, parent.State.Weights), (fork.Trajectory, fork.State.Weights));
        Assert.Equal((parent.State.Episodes, parent.State.Tokens), (fork.State.Episodes, fork.State.Tokens));
        Assert.Equal(Metrics(parent), Metrics(fork));
        // By reference: no event of the past is stored again.
        Assert.DoesNotContain(
            fork.Training().Where(read => read.Stream == fork.Id.TrainingStream),
            read => EventSteps.Of(read.Event) < step || read.Event is StageCompleted);
    }

    [Fact]
    public async Task Fork_OtherCoefficient_ChangesOnlyWhatFollows()
    {
        await using var host = await RunsHost.StartAsync();
        var parent = await host.TrainAsync("parent", Some.Recipe());
        var recipe = ForkRecipe.Of(parent, 2, ["kl.coefficient=0.5"]);

        var fork = await host.TrainAsync("fork", recipe, fork: await host.LeaveAsync(parent, 2, recipe));

        Assert.Equal(
            [0.005, 0.005, 0.5, 0.5],
            fork.Training().Select(read => read.Event).OfType<KlMeasured>().Select(kl => kl.CoefficientBefore));
        Assert.NotEqual(parent.Trajectory, fork.Trajectory);
        Assert.Equal(("parent", 2), (fork.State.Started!.Parent!.Run, fork.State.Started.Parent.Step));
        Assert.Equal(Metrics(parent).Take(3), Metrics(fork).Take(3));
    }

    [Fact]
    public async Task Fork_OtherPath_IsRefusedBecauseTheParentsCopyCounts()
    {
        await using var host = await RunsHost.StartAsync();
        var parent = await host.TrainAsync("parent", Some.Recipe());

        var error = Assert.Throws<RecipeException>(() => ForkRecipe.Of(parent, 2, ["policy.path=elsewhere"]));

        Assert.Equal("policy.path", error.Problems[0].Key);
    }

    [Fact]
    public async Task Fork_AdaptiveController_GoesOnWhereItWas()
    {
        await using var host = await RunsHost.StartAsync();
        var recipe = Some.Recipe("kl.controller=adaptive", "kl.target=0.01", "kl.horizon=16");
        var parent = await host.TrainAsync("parent", recipe);

        var fork = await host.TrainAsync("fork", recipe, fork: await host.LeaveAsync(parent, 3, recipe));

        Assert.Equal(parent.Trajectory, fork.Trajectory);
    }

    [Fact]
    public async Task Fork_OfAFork_KnowsTheWholePast()
    {
        await using var host = await RunsHost.StartAsync();
        var recipe = Some.Recipe();
        var parent = await host.TrainAsync("parent", recipe);
        var longer = ForkRecipe.Of(parent, 2, ["rl.learningRate=0.001"]);
        var fork = await host.TrainAsync("fork", longer, fork: await host.LeaveAsync(parent, 2, longer));

        var third = await host.TrainAsync("third", longer, fork: await host.LeaveAsync(fork, 3, longer));
        var early = await host.LeaveAsync(third, 1, recipe);

        Assert.Equal(fork.Trajectory, third.Trajectory);
        Assert.Equal([0, 1, 2, 3, 4], StepMetrics.Of(third).Select(metrics => metrics.Step));
        Assert.Equal("parent", early.Point.Run);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2, "kl.coefficient=0.5", "reward.aggregation=worst-case", "rl.steps=5", "evaluation.every=1")]
    [InlineData(3, "checkpoint.every=1")]
    public async Task Audit_Fork_IsWell(int step, params string[] changes)
    {
        await using var host = await RunsHost.StartAsync();
        var parent = await host.TrainAsync("parent", Some.Recipe("kl.controller=adaptive", "kl.target=0.01", "kl.horizon=16"));
        var recipe = ForkRecipe.Of(parent, step, changes);
        var fork = await host.TrainAsync("fork", recipe, fork: await host.LeaveAsync(parent, step, recipe));

        using var data = DataDirectory.OpenForReading(host.Directory);

        Assert.Null(RunAudit.Of(data.Store, fork.Id).FirstBad);
        Assert.Null(RunAudit.Of(data.Store, parent.Id).FirstBad);
        Assert.True(RunReplay.Of(new RunReader(data.Store).Streams(fork.Id)).EqualsCompleted);
        Assert.All(CounterfactualStep.Of(fork, CounterfactualRule.Parse([]), _ => true), one => Assert.Equal(one.Real, one.Counterfactual));
    }

    [Theory]
    [InlineData("UPDATE journal SET message = zeroblob(10) WHERE persistence_id = 'run-parent-evaluations' AND sequence_number = 3")]
    [InlineData("DELETE FROM journal WHERE persistence_id = 'run-parent-evaluations'")]
    public async Task Audit_ForkOfARunWhoseEvaluationsWereAltered_FindsIt(string tampering)
    {
        await using var host = await RunsHost.StartAsync();
        var parent = await host.TrainAsync("parent", Some.Recipe());
        var fork = await host.TrainAsync("fork", Some.Recipe(), fork: await host.LeaveAsync(parent, 3, Some.Recipe()));
        Journal.JournalHost.Tamper(host.JournalFile, tampering);

        using var data = DataDirectory.OpenForReading(host.Directory);

        Assert.Equal("run-parent-evaluations", RunAudit.Of(data.Store, fork.Id).FirstBad?.Stream);
    }

    // Evaluations are after steps 0, 2 and 4, seven events each; the fork left after step 3.
    [Theory]
    [InlineData("UPDATE journal SET message = zeroblob(10) WHERE persistence_id = 'run-parent-evaluations' AND sequence_number = 18")]
    [InlineData(
        "UPDATE journal SET manifest = 'run.unheard-of/1' WHERE persistence_id = 'run-parent-evaluations' AND sequence_number = 24")]
    [InlineData("DELETE FROM journal WHERE persistence_id = 'run-parent-evaluations' AND sequence_number = 19")]
    public async Task Fork_ParentsEvaluationsAreDamagedBehindWhatItShares_IsReadAndMovedAllTheSame(string damage)
    {
        var (directory, sound) = await ForkOfADamagedParentAsync(damage);
        using var data = DataDirectory.OpenForReading(directory);
        var fork = new RunReader(data.Store).Open("fork");
        var (file, target) = (Path.Combine(Temporary.NewDirectory(), "fork.zip"), Temporary.NewDirectory());

        Assert.Equal(sound, Metrics(fork));
        Assert.Equal(fork.HeldoutPoints(), RunReplay.Of(new RunReader(data.Store).Streams(fork.Id)).Curve);
        Assert.Null(RunAudit.Of(data.Store, fork.Id).FirstBad);
        var summary = RunArchive.Export(data.Store, fork.Id, file);
        RunArchive.Import(file, target, force: false, TimeProvider.System);

        Assert.Equal(["run-parent-evaluations"], summary.Cut.Keys);
        using var elsewhere = DataDirectory.OpenForReading(target);
        Assert.Equal(sound, Metrics(new RunReader(elsewhere.Store).Open("fork")));
        Assert.Null(RunAudit.Of(elsewhere.Store, fork.Id).FirstBad);
    }

    [Fact]
    public async Task Fork_ParentsEvaluationsAreDamagedInWhatItShares_IsRefused()
    {
        var (directory, _) = await ForkOfADamagedParentAsync(
            "UPDATE journal SET message = zeroblob(10) WHERE persistence_id = 'run-parent-evaluations' AND sequence_number = 10");
        using var data = DataDirectory.OpenForReading(directory);
        var fork = new RunReader(data.Store).Open("fork").Id;

        Assert.Equal(10, Assert.Throws<UnreadableEventException>(() => RunReplay.Of(new RunReader(data.Store).Streams(fork))).Sequence);
        Assert.Throws<UnreadableEventException>(() =>
            RunArchive.Export(data.Store, fork, Path.Combine(Temporary.NewDirectory(), "fork.zip")));
    }

    [Fact]
    public async Task Fork_ParentsTrainingIsDamagedBehindWhatItShares_IsReadAllTheSame()
    {
        var (directory, sound) = await ForkOfADamagedParentAsync(DamageBehind(3));
        using var data = DataDirectory.OpenForReading(directory);

        var fork = new RunReader(data.Store).OpenVerified("fork");

        Assert.Equal(sound, Metrics(fork));
        Assert.True(RunReplay.Of(new RunReader(data.Store).Streams(fork.Id)).EqualsCompleted);
        Assert.Null(RunAudit.Of(data.Store, fork.Id).FirstBad);
        var unreadable = Assert.Throws<UnreadableEventException>(() =>
            RunArchive.Export(data.Store, fork.Id, Path.Combine(Temporary.NewDirectory(), "fork.zip")));
        Assert.Equal("run-parent", unreadable.Stream);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Leave_InThePastOfADamagedParent_ExecutesItAllTheSame(int step)
    {
        var (directory, _) = await ForkOfADamagedParentAsync(DamageBehind(3));
        using var data = DataDirectory.OpenForReading(directory);
        var fork = new RunReader(data.Store).OpenVerified("fork");

        var again = await RunFork.LeaveAsync(
            fork, step, Some.Recipe(), acceptBuild: false, data.Artefacts.WithoutWriting(), null, CancellationToken.None);

        Assert.Equal(("parent", step), (again.Point.Run, again.Checkpoint!.Step));
        Assert.Equal(fork.After(step)!.State.Weights, again.Checkpoint.Files[0].Hash);
    }

    [Theory]
    [InlineData(2)]    // evaluated there by its parent, and anew by itself
    [InlineData(3)]
    public async Task DiskUse_Fork_CountsItsOwnEventsAndTheSharedOnesApart(int step)
    {
        await using var host = await RunsHost.StartAsync();
        var parent = await host.TrainAsync("parent", Some.Recipe());
        var fork = await host.TrainAsync("fork", Some.Recipe(), fork: await host.LeaveAsync(parent, step, Some.Recipe()));
        using var data = DataDirectory.OpenForReading(host.Directory);
        var events = fork.Training().Concat(fork.Evaluations()).ToArray();

        var (use, audit) = (DiskUse.Of(fork), RunAudit.Of(data.Store, fork.Id));
        var replay = RunReplay.Of(new RunReader(data.Store).Streams(fork.Id));

        Assert.Equal((events.Count(fork.Owns), events.Count(read => !fork.Owns(read))), (use.Events, use.SharedEvents));
        Assert.Equal((use.Events, use.SharedEvents), (audit.OwnEvents, audit.Events - audit.OwnEvents));
        Assert.Equal(events.Length, replay.Events);
        Assert.Equal(0, DiskUse.Of(parent).SharedEvents);
    }

    [Fact]
    public async Task OpenVerified_AlteredEvent_IsRefused()
    {
        await using var host = await RunsHost.StartAsync();
        await host.TrainAsync("run", Some.Recipe());
        Journal.JournalHost.Tamper(
            host.JournalFile,
            "UPDATE journal SET manifest = 'run.paused/1' WHERE persistence_id = 'run-run' AND sequence_number = 4");

        using var data = DataDirectory.OpenForReading(host.Directory);

        Assert.Equal(4, Assert.Throws<BrokenChainException>(() => new RunReader(data.Store).OpenVerified("run")).Sequence);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fork_CutOff_GoesOnAfterARestart(bool parentIsDamaged)
    {
        var recipe = Some.Recipe();
        var gate = new Gate(step: 3, run: "fork");
        string directory;
        RunRecord parent;
        await using (var first = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate)))
        {
            directory = first.Directory;
            parent = await first.TrainAsync("parent", recipe);
            await first.LaunchAsync("fork", recipe, fork: await first.LeaveAsync(parent, 1, recipe));
            await gate.Reached;
        }
        gate.Open();
        if (parentIsDamaged) Journal.JournalHost.Tamper(Path.Combine(directory, DataDirectory.JournalName), DamageBehind(1));
        await using var second = await RunsHost.StartAsync(directory);

        var fork = await second.TrainAsync("fork", recipe, fork: RunFork.Of(second.Read("fork")));

        Assert.Equal((RunStatus.Completed, parent.Trajectory), (fork.State.Status, fork.Trajectory));
    }

    [Fact]
    public async Task Fork_ParentsRetention_LeavesItsCheckpointAlone()
    {
        var recipe = Some.Recipe("checkpoint.every=1", "checkpoint.keep=1");
        await using var host = await RunsHost.StartAsync();
        var parent = await host.TrainAsync("parent", recipe);
        var fork = await host.LeaveAsync(parent, 2, recipe);
        var paused = await host.TrainAsync("fork", ForkRecipe.Of(parent, 2, ["rl.steps=2"]), fork: fork);

        // A twin writes and removes the same bytes as the parent did.
        await host.TrainAsync("twin", recipe);

        Assert.All(paused.State.Checkpoints.SelectMany(saved => saved.Files), file => paused.Artefacts.Read(file.Hash));
    }

    [Fact]
    public async Task Leave_InThePastThatAForkShares_ExecutesItAsItsOwnerDid()
    {
        await using var host = await RunsHost.StartAsync();
        var parent = await host.TrainAsync("parent", Some.Recipe());
        var recipe = ForkRecipe.Of(parent, 3, ["rl.episodes=4", "rl.steps=4"]);
        var fork = await host.TrainAsync("fork", recipe, fork: await host.LeaveAsync(parent, 3, recipe));

        var again = await host.LeaveAsync(fork, 1, recipe);

        Assert.Equal(("parent", 1), (again.Point.Run, again.Checkpoint!.Step));
        Assert.Equal(parent.After(1)!.State.Weights, again.Checkpoint.Files[0].Hash);
    }

    [Fact]
    public async Task Train_Fork_MissesNothingOfItsParentsCheckpoints()
    {
        await using var host = await RunsHost.StartAsync();
        var recipe = Some.Recipe("checkpoint.every=1", "checkpoint.keep=1");
        var parent = await host.TrainAsync("parent", recipe);

        var fork = await host.TrainAsync("fork", recipe, fork: await host.LeaveAsync(parent, 2, recipe));

        Assert.Equal(0, DiskUse.Of(fork).Missing);
        Assert.Equal(0, DiskUse.Of(parent).Missing);
    }

    [Fact]
    public async Task Leave_RunOfAnotherBuild_MustBeAccepted()
    {
        await using var host = await RunsHost.StartAsync();
        var parent = await host.TrainAsync("parent", Some.Recipe());
        var foreign = parent.State with { Build = "another" };

        Assert.Throws<OtherBuildException>(() => OtherBuildException.ThrowUnless(parent.Id, foreign, accepted: false));
        OtherBuildException.ThrowUnless(parent.Id, foreign, accepted: true);
    }

    [Fact]
    public async Task Leave_StepThatIsNotThere_SaysWhichAre()
    {
        await using var host = await RunsHost.StartAsync();
        var parent = await host.TrainAsync("parent", Some.Recipe());

        var error = await Assert.ThrowsAsync<StepNotLoggedException>(() => host.LeaveAsync(parent, 5, Some.Recipe()));

        Assert.Contains("expected 0 to 4", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("annotator.noise=0.1", "annotator.noise")]
    [InlineData("seed=3", "seed")]
    [InlineData("policy.layers=3", "policy.layers")]
    [InlineData("rl.steps=1", "rl.steps")]
    [InlineData("rl.stps=1", "rl.stps")]
    public async Task ForkRecipe_WhatActsBefore_IsRefused(string setting, string key)
    {
        await using var host = await RunsHost.StartAsync();
        var parent = await host.TrainAsync("parent", Some.Recipe());

        var error = Assert.Throws<RecipeException>(() => ForkRecipe.Of(parent, 2, [setting]));

        Assert.Equal(key, Assert.Single(error.Problems).Key);
    }

    /// <summary>
    /// A data directory with a run that was damaged after another had left it at step 3, and what that one's metrics were before.
    /// </summary>
    static async Task<(string Directory, List<string> Sound)> ForkOfADamagedParentAsync(string damage)
    {
        await using var host = await RunsHost.StartAsync();
        var parent = await host.TrainAsync("parent", Some.Recipe());
        var sound = Metrics(await host.TrainAsync("fork", Some.Recipe(), fork: await host.LeaveAsync(parent, 3, Some.Recipe())));
        Assert.InRange(Journal.JournalHost.Tamper(host.JournalFile, damage), 1, int.MaxValue);
        return (host.Directory, sound);
    }

    /// <summary>Makes every training event of the parent behind a step unreadable.</summary>
    static string DamageBehind(int step) =>
        "UPDATE journal SET message = zeroblob(10) WHERE persistence_id = 'run-parent' AND sequence_number > "
            + "(SELECT sequence_number FROM journal WHERE persistence_id = 'run-parent' AND manifest LIKE 'policy.updated/%' "
            + $"ORDER BY sequence_number LIMIT 1 OFFSET {step - 1})";

    static List<string> Metrics(RunRecord run) => [.. StepMetrics.Of(run).Select(Line)];

    static string Line(StepMetrics metrics) =>
        $"{metrics.Step}: {string.Join(", ", metrics.Values.OrderBy(value => value.Key, StringComparer.Ordinal))}";
}
