using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>A fork shares its parent's past, so its audit covers that past, up to where it left it and no further.</summary>
public sealed class ForkTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    const int Step = 3;
    static readonly RunId s_fork = RunId.Parse("fork");
    static readonly string s_parent = TrainedRun.Id.TrainingStream;

    [Fact]
    public void Audit_Fork_IsWellAndCountsItsParentsEvents()
    {
        using var copy = Forked(out var left);

        var report = Audit(copy);

        Assert.Null(report.FirstBad);
        Assert.Equal(
            [(s_parent, left), (TrainedRun.Id.EvaluationStream, 16), (s_fork.TrainingStream, 6), (s_fork.EvaluationStream, 0)],
            report.Streams);
        Assert.Equal(Step + 1, report.Steps);
    }

    [Theory]
    [InlineData(-3, true)]
    [InlineData(1, false)]
    public void Audit_ParentAltered_IsTheForksAffairOnlyBeforeItLeft(int offset, bool found)
    {
        using var copy = Forked(out var left);
        copy.Sql($"UPDATE journal SET manifest = 'run.paused/1' WHERE persistence_id = '{s_parent}' AND sequence_number = {left + offset}");

        var bad = Audit(copy).FirstBad;

        if (found) Assert.Equal((s_parent, left + offset, AuditFindingKind.Altered), (bad?.Stream, bad?.Sequence, bad?.Kind));
        else Assert.Null(bad);
    }

    [Fact]
    public void Audit_ParentIsGone_IsTruncatedAtItsBeginning()
    {
        using var copy = Forked(out _);
        copy.CutFrom(s_parent, 1);

        var bad = Audit(copy).FirstBad;

        Assert.Equal((s_parent, 1, AuditFindingKind.Truncated), (bad?.Stream, bad?.Sequence, bad?.Kind));
    }

    [Fact]
    public void Audit_ParentCutBeforeTheForkWithItsEvaluations_IsFoundByTheFork()
    {
        using var copy = Forked(out var left);
        copy.CutFrom(s_parent, left);
        copy.CutFrom(TrainedRun.Id.EvaluationStream, 1);

        var bad = copy.Audit().FirstBad;

        Assert.Equal((s_parent, left, AuditFindingKind.Truncated), (bad?.Stream, bad?.Sequence, bad?.Kind));
    }

    [Fact]
    public void Audit_ForkThatSaysItLeftAtAnotherStep_IsAltered()
    {
        using var copy = Forked(out _, step: Step + 1);

        var bad = Audit(copy).FirstBad;

        Assert.Equal((s_fork.TrainingStream, 1, AuditFindingKind.Altered), (bad?.Stream, bad?.Sequence, bad?.Kind));
    }

    [Fact]
    public void Audit_ForkWithoutItsFirstCheckpoint_IsMissingIt()
    {
        using var copy = Forked(out _);

        copy.Remove(copy.Events(s_fork.TrainingStream)[1]);

        var bad = Audit(copy).FirstBad;
        Assert.Equal((s_fork.TrainingStream, 2, AuditFindingKind.Missing), (bad?.Stream, bad?.Sequence, bad?.Kind));
    }

    /// <summary>Whoever forks at step 0 begins with a coefficient of its own, and an adaptive controller changes that.</summary>
    [Fact]
    public async Task Audit_ForkAtStep0WithAnotherCoefficient_RaisesNoAlarm()
    {
        await using var host = await RunsHost.StartAsync();
        var parent = await host.TrainAsync("parent", Some.Recipe("kl.controller=adaptive", "kl.horizon=20"));
        var recipe = ForkRecipe.Of(parent, 0, ["kl.coefficient=0.3"]);
        var fork = await host.TrainAsync("fork", recipe, StoredWorld.Of(parent, recipe), await host.LeaveAsync(parent, 0, recipe));

        using var data = DataDirectory.OpenForReading(host.Directory);
        Assert.Null(RunAudit.Of(data.Store, fork.Id).FirstBad);
        Assert.Contains(fork.Training().Select(read => read.Event).OfType<CheckpointSaved>(), saved => saved.KlCoefficient != 0.3);
    }

    /// <summary>What a fork begins with does not prove that it has evaluated the step that it shares; its first step does.</summary>
    [Fact]
    public async Task Audit_ForkCutOffBeforeItsFirstEvaluation_RaisesNoAlarmUntilItsFirstStep()
    {
        string folder;
        await using (var host = await RunsHost.StartAsync())
        {
            folder = host.Directory;
            var parent = await host.TrainAsync("parent", Some.Recipe("evaluation.every=1"));
            await host.TrainAsync("fork", parent.Recipe, StoredWorld.Of(parent), await host.LeaveAsync(parent, 2, parent.Recipe));
        }
        using var copy = new Forgery(folder, s_fork);
        copy.CutFrom(s_fork.EvaluationStream, 1);

        copy.CutFrom(s_fork.TrainingStream, 7);
        var bad = Audit(copy).FirstBad;
        copy.CutFrom(s_fork.TrainingStream, 3);

        Assert.Equal((s_fork.EvaluationStream, 1, AuditFindingKind.Truncated), (bad?.Stream, bad?.Sequence, bad?.Kind));
        Assert.Null(Audit(copy).FirstBad);
    }

    /// <summary>A fork that waits takes no steps, whatever its past has.</summary>
    [Fact]
    public void Audit_StepsOfAForkThatWaits_AreFoundAtTheirFirstEvent()
    {
        using var copy = Forked(out _, waits: true);

        var bad = Audit(copy).FirstBad;

        Assert.Equal((s_fork.TrainingStream, 2, AuditFindingKind.Altered), (bad?.Stream, bad?.Sequence, bad?.Kind));
    }

    static AuditReport Audit(Forgery copy) => RunAudit.Of(copy.Data.Store, s_fork, beingWritten: true);

    /// <summary>A run that goes on after the parent's step as the parent did, because its recipe is the same.</summary>
    Forgery Forked(out long left, int step = Step, bool waits = false)
    {
        var copy = trained.Copy();
        var parent = copy.Training();
        var at = parent.Single(read => read.Event is PolicyUpdated { Step: Step });
        var first = (RunStarted)parent[0].Event;
        var trajectory = parent
            .TakeWhile(read => read.Sequence <= at.Sequence)
            .Aggregate(RunPoint.Empty, (point, read) => point.Add(read))
            .Trajectory;
        var started = first with
        {
            Parent = new ForkPoint(TrainedRun.Id.Value, step, new StreamHead(at.Sequence, at.Hash), first.Identity, trajectory),
        };
        var next = parent
            .Select(read => read.Event)
            .Where(fact => fact
                is CheckpointSaved { Step: Step } or RolloutCollected { Step: Step + 1 } or RewardScored { Step: Step + 1 }
                or KlMeasured { Step: Step + 1 } or PolicyUpdated { Step: Step + 1 });
        IEvent begins = waits
            ? new RunQueued(started.Recipe, started.RecipeHash, started.Identity, started.Parent, "alice", 0)
            : started;
        copy.Append(s_fork.TrainingStream, at.Hash, 0, at.Stored.Envelope,
            [begins, .. next.Where(fact => !waits || fact is not CheckpointSaved)]);
        left = at.Sequence;
        return copy;
    }
}
