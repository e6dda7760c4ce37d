using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Policy;
using ActorRlhf.Actors.Runs;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Storage;
using ActorRlhf.Actors.Worlds;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>A host whose processor computes other last digits executes steps again that the log has.</summary>
public sealed class ToleranceTests
{
    const double Shift = 1e-5;                        // of every log-prob, in float32

    [Fact]
    public async Task Recover_OtherDigitsWithinTheTolerance_GoesOnAndRecordsHowFarTheyWereApart()
    {
        using var data = await RecoverAsync(tolerance: "1e-3");
        var run = new RunReader(data).Read(RunId.Parse("run"));

        Assert.Equal(RunStatus.Completed, run.State.Status);
        var facts = run.Training().Select(read => read.Event).ToArray();
        var recovered = Assert.Single(facts.OfType<RunRecovered>());
        Assert.Equal((RunRecovered.ToleranceMode, 2, 1, 1e-3), (recovered.Mode, recovered.Checkpoint, recovered.StepsAgain, recovered.Tolerance));
        Assert.InRange(recovered.LargestDifference, 1e-7, 1e-3);
        Assert.NotEqual(facts.OfType<PolicyUpdated>().Single(updated => updated.Step == 3).Weights, recovered.Weights);
        // What follows is computed from there, and can be computed again from there.
        Assert.Equal(recovered.Weights, facts.OfType<RolloutCollected>().Single(rollout => rollout.Step == 4).PolicyWeights);
        Assert.Equal([2, 3, 4], facts.OfType<CheckpointSaved>().Select(saved => saved.Step));
        Assert.Null(RunAudit.Of(data, run.Id, null, beingWritten: false).FirstBad);
        using var again = new Recomputation(run, WorldFactory.Create(run.Recipe), acceptBuild: false);
        await again.ExecuteAsync(4, 4, null, CancellationToken.None);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1e-9")]
    public async Task Recover_OtherDigitsBeyondTheTolerance_Diverges(string tolerance)
    {
        using var data = await RecoverAsync(tolerance);
        var run = new RunReader(data).Read(RunId.Parse("run"));

        Assert.Equal(RunStatus.Diverged, run.State.Status);
        Assert.Equal(3, run.Training().Select(read => read.Event).OfType<RunDiverged>().Single().Step);
    }

    [Fact]
    public async Task Recover_SameDigitsWithATolerance_IsExactAndEndsAsIfNothingHadHappened()
    {
        using var data = await RecoverAsync("1e-3", shift: 0);
        var (run, sound) = (new RunReader(data).Read(RunId.Parse("run")), await SoundRun.Of(Some.Recipe()));

        Assert.Equal((sound.Trajectory, sound.Weights), (run.Trajectory, run.State.Weights));
        Assert.Equal((RunRecovered.ExactMode, 0, 0), run.Training().Select(read => read.Event).OfType<RunRecovered>().Select(one => (one.Mode, one.Tolerance, one.LargestDifference)).Single());
    }

    /// <summary>A run of four steps whose host stops in the last one; the next host executes step 3 again, from the checkpoint of step 2.</summary>
    static async Task<DataDirectory> RecoverAsync(string tolerance, double shift = Shift)
    {
        var (gate, recipe) = (new Gate(step: 4), Some.Recipe($"recovery.tolerance={tolerance}"));
        string directory;
        await using (var first = await RunsHost.StartAsync(children: workers => new GatedChildren(workers, gate)))
        {
            directory = first.Directory;
            await first.LaunchAsync("run", recipe);
            await gate.Reached;
            gate.OpenAtDisposal(first);
        }
        await using (var second = await RunsHost.StartAsync(directory, workers => new FalsifiedChildren(new RunChildrenFactory(workers, RunHosting.Catalogue, TimeProvider.System), reply: (asked, answer) =>
            asked is Measure { Step: 3 } && answer is Measured measured ? measured with { LogProbs = [.. measured.LogProbs.Select(row => Array.ConvertAll(row, x => (float)(x + shift)))] } : answer)))
        {
            var news = second.News(RunId.Parse("run"));
            await second.LaunchAsync("run", recipe);
            await news.NextAsync<RunEnded>();
        }
        return DataDirectory.OpenForReading(directory);
    }
}
