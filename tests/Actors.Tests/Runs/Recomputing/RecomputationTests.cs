using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Tests.Runs.Recomputing;

public sealed class RecomputationTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    public async Task After_AnyStep_GivesThePolicyOfTheLog(int step, int executed)
    {
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync("run", Some.Recipe());
        using var recomputation = new Recomputation(run, StoredWorld.Of(run), acceptBuild: false);
        var again = new List<int>();

        var (state, coefficient) = await recomputation.AfterAsync(step, again.Add, CancellationToken.None);

        Assert.Equal(executed, again.Count);
        Assert.Equal(run.After(step)!.State.Weights.ToString(), ModelWeightsFile.Sha256(state.Policy));
        Assert.Equal(0.005, coefficient);
    }

    [Theory]
    [InlineData("rollback", "checkpoint.every=2", "checkpoint.keep=0")]
    [InlineData("rollback", "checkpoint.every=2", "checkpoint.keep=1")]
    [InlineData("rollback", "checkpoint.every=3", "checkpoint.keep=1")]
    [InlineData("skip", "checkpoint.every=3", "checkpoint.keep=1")]
    public async Task Execute_AcrossStepsThatWereNotApplied_FindsTheLogTrue(string rule, params string[] settings)
    {
        // A policy that was never trained ends no completion, so no step can be applied.
        var recipe = Some.Recipe(["pretrain.steps=0", "rl.steps=6", "evaluation.every=100", $"rl.onNonFinite={rule}", .. settings]);
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync("run", recipe);
        Assert.Contains(run.Training(), read => read.Event is StepRolledBack { Checkpoint: > 0 } or StepSkipped);
        using var recomputation = new Recomputation(run, StoredWorld.Of(run), acceptBuild: false);
        var again = new List<int>();

        await recomputation.ExecuteAsync(1, 6, again.Add, CancellationToken.None);

        Assert.Equal([1, 2, 3, 4, 5, 6], again);
    }

    [Fact]
    public async Task After_StepsThatTheLogTellsOtherwise_NamesTheFirstDifference()
    {
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync("run", Some.Recipe());
        // Another seed's prompts and draws stand for a log that is not true.
        using var recomputation = new Recomputation(run, WorldFactory.Create(Some.Recipe("seed=9")), acceptBuild: false);

        var error = await Assert.ThrowsAsync<RecomputationDifferenceException>(() =>
            recomputation.AfterAsync(1, null, CancellationToken.None));

        Assert.Equal(("step 1", "rollout.collected/1"), (error.What, error.Logged.Manifest));
    }

    [Fact]
    public async Task After_AnyStep_WritesNothing()
    {
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync("run", Some.Recipe());
        // What is computed again and was kept is removed, so that writing it would show.
        var rollout = run.Training().Select(read => read.Event).OfType<RolloutCollected>().First().Artefact;
        run.Artefacts.Remove(rollout);
        using var recomputation = new Recomputation(run, StoredWorld.Of(run), acceptBuild: false);

        await recomputation.AfterAsync(1, null, CancellationToken.None);

        Assert.False(run.Artefacts.Exists(rollout));
    }

    [Fact]
    public async Task After_CheckpointIsDamaged_BeginsBeforeIt()
    {
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync("run", Some.Recipe());
        var file = run.Artefacts.PathOf(run.State.Checkpoints[0].Files[0].Hash);
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        using var recomputation = new Recomputation(run, StoredWorld.Of(run), acceptBuild: false);

        var again = new List<int>();

        var (state, _) = await recomputation.AfterAsync(3, again.Add, CancellationToken.None);

        Assert.Equal([1, 2, 3], again);
        Assert.Equal(run.After(3)!.State.Weights.ToString(), ModelWeightsFile.Sha256(state.Policy));
    }

    [Fact]
    public async Task Load_PolicyAfterAStep_WritesWithItsTokenizer()
    {
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync("run", Some.Recipe());

        foreach (var step in (int[])[0, 1, 2])
        {
            var (weights, tokenizer) = await RunModel.LoadAsync(run, step, acceptBuild: false, CancellationToken.None);

            Assert.Equal(run.After(step)!.State.Weights.ToString(), ModelWeightsFile.Sha256(weights));
            Assert.Equal(weights.Config.VocabularySize, tokenizer.VocabularySize);
        }
    }
}
