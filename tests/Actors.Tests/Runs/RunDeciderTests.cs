using System.Globalization;
using System.Text;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>Given a history, when a command comes, then these events.</summary>
public sealed class RunDeciderTests
{
    /// <summary>A history that ends in each status; started, SFT done, step 1 done.</summary>
    static IEvent[] History(RunStatus status)
    {
        IEvent[] running = [Some.Started(), Some.Stage("sft", "sft"), .. Some.Step(1)];
        return status switch
        {
            RunStatus.Queued => [],
            RunStatus.Running => running,
            RunStatus.Paused => [.. running, new RunPaused("why")],
            RunStatus.Completed => [.. running, new RunCompleted(1, Some.Hash("policy 1"), Some.Hash("state"))],
            RunStatus.Failed => [.. running, new RunFailed(1, "step 2", "why")],
            RunStatus.Stopped => [.. running, new RunStopped(1, "why")],
            RunStatus.Diverged => [.. running, new RunDiverged(1, "reward.scored/1", "why")],
            _ => throw new ArgumentOutOfRangeException(nameof(status), status, "a status"),
        };
    }

    static readonly RunRecovered s_recovered = new("exact", 0, 1, Some.Hash("policy 1"), "why");
    static readonly RecipeChanged s_changed = new([new RecipeChange("evaluation.prompts", "8", "16")]);
    static readonly RunDiverged s_diverged = new(1, "reward.scored/1", "why");

    /// <summary>One new command of every kind, by the name of its type.</summary>
    static RunCommand Command(string name) => name switch
    {
        nameof(StartRun) => new StartRun(Some.Started()),
        nameof(RecordStage) => new RecordStage("preferences", [Some.Stage("preferences")]),
        nameof(RecordSftCheckpoint) => new RecordSftCheckpoint(Some.SftCheckpoint(20)),
        nameof(RecordRewardModel) => new RecordRewardModel(Some.Member(0, "rm")),
        nameof(RecordStep) => new RecordStep(2, Some.Step(2)),
        nameof(RecordCheckpoint) => new RecordCheckpoint(Some.Checkpoint(1), 0),
        nameof(RecordRecovery) => new RecordRecovery(s_recovered),
        nameof(RecordDivergence) => new RecordDivergence(s_diverged),
        nameof(PauseRun) => new PauseRun("now"),
        nameof(ResumeRun) => new ResumeRun("now"),
        nameof(StopRun) => new StopRun("now"),
        nameof(FailRun) => new FailRun("step 2", "now"),
        nameof(CompleteRun) => new CompleteRun(1),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "a command"),
    };

    /// <summary>What every command leads to in every status: events (+), nothing (=), or a rejection (−).</summary>
    [Theory]
    //                               queued running paused completed failed stopped diverged
    [InlineData(nameof(StartRun), "+ = = = = = =")]
    [InlineData(nameof(RecordStage), "- + - - - - -")]
    // SFT is behind all of them.
    [InlineData(nameof(RecordSftCheckpoint), "- = = = = = =")]
    [InlineData(nameof(RecordRewardModel), "- + - - - - -")]
    [InlineData(nameof(RecordStep), "- + - - - - -")]
    [InlineData(nameof(RecordCheckpoint), "- + - - - - -")]
    [InlineData(nameof(RecordRecovery), "- + - - - - -")]
    [InlineData(nameof(RecordDivergence), "- + - - - - =")]
    [InlineData(nameof(PauseRun), "- + = - - - -")]
    [InlineData(nameof(ResumeRun), "- = + - - - -")]
    [InlineData(nameof(StopRun), "- + + - - = -")]
    [InlineData(nameof(FailRun), "- + + - = - -")]
    [InlineData(nameof(CompleteRun), "- + - = - - -")]
    public void Decide_EveryCommandInEveryStatus_StoresSomethingOrNothingOrRejects(string command, string expected)
    {
        var found = Enum.GetValues<RunStatus>().Select(status =>
        {
            var decision = Run.Decide(Some.State(History(status)), Command(command));
            Assert.True(decision.Rejected is null || decision.Events.Count == 0);
            return decision.Rejected is not null ? "-" : decision.Events.Count == 0 ? "=" : "+";
        });

        Assert.Equal(expected, string.Join(' ', found));
    }

    /// <summary>What every command leads to in a run that waits, and in one that was ended while it waited.</summary>
    [Theory]
    [InlineData(nameof(StartRun), "run.started/1", "the run is stopped")]
    [InlineData(nameof(RecordStage), "the run has not begun, it waits", "the run is stopped")]
    [InlineData(nameof(PauseRun), "the run has not begun, it waits", "the run is stopped")]
    [InlineData(nameof(ResumeRun), "the run has not begun, it waits", "the run is stopped")]
    [InlineData(nameof(StopRun), "run.stopped/1", "")]
    [InlineData(nameof(FailRun), "run.failed/1", "the run is stopped")]
    public void Decide_RunThatWaits_BeginsOrEnds(string command, string waiting, string stopped)
    {
        var state = Some.State(Some.Queued());
        string Decided(RunState before)
        {
            var decision = Run.Decide(before, Command(command));
            return decision.Rejected ?? string.Join(' ', decision.Events.Select(EventCatalogue.Known.ManifestOf));
        }

        Assert.Equal((RunStatus.Queued, true), (state.Status, state.IsWaiting));
        Assert.Equal((waiting, stopped), (Decided(state), Decided(Run.Evolve(state, new RunStopped(0, "why")))));
    }

    [Fact]
    public void Decide_RunThatWaits_LeavesOnlyWhatItWasAskedToLeave()
    {
        var point = new ForkPoint("parent", 1, default, Some.Hash("identity"), Some.Hash("trajectory"));
        var state = Some.State(Some.Queued());

        Assert.NotNull(Run.Decide(state, new StartRun(Some.Started() with { Parent = point })).Rejected);
        // A build that knows more keys computes another identity; what the recipes say is compared before.
        Assert.Null(Run.Decide(state, new StartRun(Some.Started() with { Identity = Some.Hash("other") })).Rejected);
    }

    [Fact]
    public void Evolve_RunThatWaited_RemembersWhoAsked()
    {
        var state = Some.State(Some.Queued(), Some.Started());

        Assert.Equal((RunStatus.Running, false, "alice"), (state.Status, state.IsWaiting, state.Queued!.By));
        Assert.Null(Run.Evolve(state, Some.Started()).Queued);
        Assert.Equal(Some.State(Some.Started()).Hash(), state.Hash());
    }

    [Theory]
    [InlineData(nameof(StartRun), RunStatus.Queued)]
    [InlineData(nameof(RecordStage), RunStatus.Running)]
    [InlineData(nameof(RecordStep), RunStatus.Running)]
    [InlineData(nameof(RecordCheckpoint), RunStatus.Running)]
    [InlineData(nameof(RecordDivergence), RunStatus.Running)]
    [InlineData(nameof(PauseRun), RunStatus.Running)]
    [InlineData(nameof(ResumeRun), RunStatus.Paused)]
    [InlineData(nameof(StopRun), RunStatus.Running)]
    [InlineData(nameof(StopRun), RunStatus.Paused)]
    [InlineData(nameof(FailRun), RunStatus.Running)]
    [InlineData(nameof(CompleteRun), RunStatus.Running)]
    public void Decide_RepeatedCommand_GivesNoEvents(string command, RunStatus given)
    {
        var history = History(given);
        var once = Run.Decide(Some.State(history), Command(command));

        var twice = Run.Decide(Some.State([.. history, .. once.Events]), Command(command));

        Assert.NotEmpty(once.Events);
        Assert.Equal((0, null), (twice.Events.Count, twice.Rejected));
    }

    [Fact]
    public void Decide_RejectedCommand_SaysWhereTheRunIs()
    {
        Assert.Equal("the run has not started", Run.Decide(RunState.Empty, new PauseRun("now")).Rejected);
        Assert.Equal("the run is completed", Run.Decide(Some.State(History(RunStatus.Completed)), new StopRun("now")).Rejected);
        Assert.Equal("the run is paused", Run.Decide(Some.State(History(RunStatus.Paused)), new RecordStep(2, Some.Step(2))).Rejected);
    }

    [Fact]
    public void Decide_StepThatLeavesOneOut_IsRejected() =>
        Assert.Equal(
            "step 3 was reported, the run is at step 1; expected 2",
            Run.Decide(Some.State(History(RunStatus.Running)), new RecordStep(3, Some.Step(3))).Rejected);

    [Fact]
    public void Decide_StepOfTheLogAgain_GivesNoEvents()
    {
        var state = Some.State([.. History(RunStatus.Running), .. Some.Step(2), .. Some.Step(3)]);
        Assert.Equal(Decision.Nothing, Run.Decide(state, new RecordStep(2, Some.Step(2))));
    }

    [Fact]
    public void Decide_StepWithoutAnEnd_IsRejected()
    {
        var decision = Run.Decide(Some.State(History(RunStatus.Running)), new RecordStep(2, Some.Step(2)[..3]));
        Assert.Equal("the events of step 2 must end with policy.updated, step.skipped or step.rolled-back", decision.Rejected);
    }

    [Theory]
    [InlineData("preferences", "sft")]
    [InlineData("preferences", null)]
    public void Decide_StageThatDoesNotEndWithItself_IsRejected(string stage, string? last)
    {
        IEvent[] events = last is null ? [Some.Member(0, "w")] : [Some.Stage(last)];
        var decision = Run.Decide(Some.State(History(RunStatus.Running)), new RecordStage(stage, events));
        Assert.Equal($"the events of stage '{stage}' must end with its stage.completed", decision.Rejected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Decide_CheckpointOfAnotherStep_IsRejected(int step)
    {
        var decision = Run.Decide(Some.State(History(RunStatus.Running)), new RecordCheckpoint(Some.Checkpoint(step), 0));
        Assert.Equal($"a checkpoint of step {step} was reported, the run is at step 1", decision.Rejected);
    }

    [Fact]
    public void Decide_CompleteBeforeTheLastStep_IsRejected() =>
        Assert.Equal("the run is at step 1 of 4", Run.Decide(Some.State(History(RunStatus.Running)), new CompleteRun(4)).Rejected);

    [Fact]
    public void Decide_CompleteWhereNoStepWasApplied_FailsWithTheReasons()
    {
        var rolledBack = new StepRolledBack(3, "policyGradient", "rollback", 0, Some.Hash("policy 0"));
        var state = Some.State([Some.Started(), Some.Stage("sft", "policy 0"), Skipped(1, NoEos), Skipped(2, NoEos), rolledBack]);

        var failed = Assert.IsType<RunFailed>(Assert.Single(Run.Decide(state, new CompleteRun(3)).Events));

        Assert.Equal((3, "rl"), (failed.Step, failed.Stage));
        Assert.Equal("nothing was learned: 3 of 3 steps were not applied: 2 skipped because no completion ended with EOS, "
            + "1 rolled back because the policy's gradient was not finite; "
            + "let completions end by themselves: raise sampling.maxTokens or pretrain.steps", failed.Reason);
        Assert.Equal(RunStatus.Failed, Run.Evolve(state, failed).Status);
    }

    [Theory]
    [InlineData(2, true)]                             // behind the step that was applied: it stays
    [InlineData(0, false)]
    public void Decide_CompleteAfterARollback_FailsIfItUndidEveryStep(int checkpoint, bool learned)
    {
        var rolledBack = new StepRolledBack(3, "policyGradient", "rollback", checkpoint, Some.Hash("policy"));
        var state = Some.State([Some.Started(), Skipped(1, NoEos), .. Some.Step(2), rolledBack]);

        var end = Assert.Single(Run.Decide(state, new CompleteRun(3)).Events);

        if (learned) Assert.IsType<RunCompleted>(end);
        else Assert.Contains(", and what the others did was rolled back", Assert.IsType<RunFailed>(end).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_CompleteOfAFork_LooksAtItsOwnStepsAlone()
    {
        var past = Some.State([Some.Started(), .. Some.Step(1), Skipped(2, "scores (constant)")]);
        RunState Fork(int at, params IEvent[] own)
        {
            var leaving = new ForkPoint("parent", at, default, Some.Hash("identity"), Some.Hash("trajectory"));
            return ((IEnumerable<IEvent>)[Some.Started() with { Parent = leaving }, .. own]).Aggregate(past, Run.Evolve);
        }

        Assert.StartsWith("nothing was learned in the 1 step since the fork: 2 of 3 steps were not applied: "
            + "2 skipped because all completions had the same score; raise rl.episodes",
            Assert.IsType<RunFailed>(Assert.Single(Run.Decide(Fork(2, Skipped(3, "scores (constant)")), new CompleteRun(3)).Events)).Reason,
            StringComparison.Ordinal);
        Assert.IsType<RunCompleted>(Assert.Single(Run.Decide(Fork(2, Some.Step(3)), new CompleteRun(3)).Events));
        Assert.IsType<RunCompleted>(Assert.Single(Run.Decide(Fork(2), new CompleteRun(2)).Events));
    }

    [Fact]
    public void Evolve_StepsNotApplied_CountsEachReasonOnce()
    {
        static string Logits(int position) => $"logits (the logits of request 0 at response position {position} are not finite)";

        var state = Some.State([Some.Started(), Skipped(1, Logits(4)), .. Some.Step(2), Skipped(3, NoEos), Skipped(4, Logits(9))]);

        Assert.Equal(
            [new StepsNotApplied("skipped", "logits (not finite)", 2), new StepsNotApplied("skipped", NoEos, 1)],
            state.NotApplied.AsEnumerable());
        Assert.Equal("3 of 4 steps were not applied: 2 skipped because logits of the policy were not finite, "
            + "1 skipped because no completion ended with EOS", StepsNotApplied.Words(state.NotApplied, state.Step));
        Assert.Null(StepsNotApplied.Words([], 4));
    }

    const string NoEos = "stopReasons (no completion ended with EOS)";

    static StepSkipped Skipped(int step, string tensor) => new(step, tensor, "skip");

    [Fact]
    public void Decide_Complete_StateHashIsThatOfTheFinalState()
    {
        var state = Some.State(History(RunStatus.Running));

        var completed = Assert.IsType<RunCompleted>(Assert.Single(Run.Decide(state, new CompleteRun(1)).Events));

        Assert.Equal(Run.Evolve(state, completed).Hash(), completed.StateHash);
        Assert.NotEqual(state.Hash(), completed.StateHash);
        Assert.Equal((1, Some.Hash("policy 1")), (completed.Step, completed.Weights));
    }

    [Fact]
    public void Decide_MoreCheckpointsThanAreKept_RemovesTheOldest()
    {
        var state = Some.State([.. History(RunStatus.Running), Some.Checkpoint(1), .. Some.Step(2), Some.Checkpoint(2), .. Some.Step(3)]);

        var decision = Run.Decide(state, new RecordCheckpoint(Some.Checkpoint(3), 2));

        Assert.Equal(Some.Checkpoint(3).Files, Assert.IsType<CheckpointSaved>(decision.Events[0]).Files);
        Assert.Equal(
            Some.Checkpoint(1).Files.Select(file => new ArtefactRemoved(file.Hash, "checkpoint.keep is 2")),
            decision.Events.Skip(1));
        Assert.Equal([2, 3], decision.Events.Aggregate(state, Run.Evolve).Checkpoints.Select(saved => saved.Step));
    }

    [Fact]
    public void Decide_KeepIsLowered_RemovesAllThatAreTooMany()
    {
        var state = Some.State([.. History(RunStatus.Running), Some.Checkpoint(1), .. Some.Step(2), Some.Checkpoint(2), .. Some.Step(3)]);

        var decision = Run.Decide(state, new RecordCheckpoint(Some.Checkpoint(3), 1));

        Assert.Equal([3], decision.Events.Aggregate(state, Run.Evolve).Checkpoints.Select(saved => saved.Step));
        Assert.Equal(8, decision.Events.OfType<ArtefactRemoved>().Count());
    }

    [Fact]
    public void Decide_CheckpointThatWasAskedFor_SupersedesNoneThatWasDueAndGoesWithTheNext()
    {
        var due = Some.State([.. History(RunStatus.Running), Some.Checkpoint(1), .. Some.Step(2)]);

        var asked = Run.Decide(due, new RecordCheckpoint(Some.Checkpoint(2), 1, "the host was stopped"));
        var rested = Some.Step(3).Aggregate(asked.Events.Aggregate(due, Run.Evolve), Run.Evolve);
        var next = Run.Decide(rested, new RecordCheckpoint(Some.Checkpoint(3), 2));

        Assert.Equal(new CheckpointAsked(2, "the host was stopped"), asked.Events[0]);
        Assert.Equal(2, asked.Events.Count);
        Assert.Equal((1, 1), (rested.RollbackTarget(3)!.Step, rested.RollbackTarget(4)!.Step));
        Assert.Equal([1, 3], next.Events.Aggregate(rested, Run.Evolve).Checkpoints.Select(saved => saved.Step));
    }

    [Fact]
    public void Decide_KeepIsZero_KeepsAll()
    {
        var state = Some.State([.. History(RunStatus.Running), Some.Checkpoint(1), .. Some.Step(2)]);
        Assert.Single(Run.Decide(state, new RecordCheckpoint(Some.Checkpoint(2), 0)).Events);
    }

    [Fact]
    public void Decide_Retention_KeepsWhatStagesRewardModelsAndKeptCheckpointsName()
    {
        // The checkpoint that goes shares a file with a stage, one with a reward model,
        // one with the checkpoint that comes, and has one of its own.
        var old = Some.Checkpoint(1, "policy sft", "critic member", "policy-optimizer shared", "critic-optimizer own");
        IEvent[] history =
        [
            Some.Started(), Some.Stage("sft", "policy sft"), Some.Member(0, "critic member"), .. Some.Step(1), old, .. Some.Step(2),
        ];
        var next = Some.Checkpoint(2, "policy 2", "policy-optimizer shared", "critic 2", "critic-optimizer 2");

        var decision = Run.Decide(Some.State(history), new RecordCheckpoint(next, 1));

        Assert.Equal([Some.Hash("critic-optimizer own")], decision.Events.OfType<ArtefactRemoved>().Select(removed => removed.Hash));
        Assert.Equal([2], decision.Events.Aggregate(Some.State(history), Run.Evolve).Checkpoints.Select(saved => saved.Step));
    }

    [Fact]
    public void Decide_CheckpointWithNothingOfItsOwn_StaysWholeAndListed()
    {
        // After a skipped step the state is what it was: both checkpoints are the same four files.
        string[] files = ["policy 1", "policy-optimizer 1", "critic 1", "critic-optimizer 1"];
        var state = Some.State([.. History(RunStatus.Running), Some.Checkpoint(1, files), new StepSkipped(2, "values", "skip")]);

        var decision = Run.Decide(state, new RecordCheckpoint(Some.Checkpoint(2, files), 1));

        Assert.Empty(decision.Events.OfType<ArtefactRemoved>());
        Assert.Equal([1, 2], decision.Events.Aggregate(state, Run.Evolve).Checkpoints.Select(saved => saved.Step));
    }

    [Fact]
    public void Decide_SftCheckpoint_ReplacesTheOneBefore()
    {
        var state = Some.State(
            Some.Started(),
            Some.Stage("world", "policy initial"),
            Some.SftCheckpoint(20, "policy initial", "policy-optimizer 20"));

        var decision = Run.Decide(state, new RecordSftCheckpoint(Some.SftCheckpoint(40)));

        // The policy that SFT began with stays, although the checkpoint named it, too.
        var gone = decision.Events.OfType<ArtefactRemoved>().Select(removed => removed.Hash);
        Assert.Equal(
            [Some.SftCheckpoint(40).Files[0].Hash, Some.Hash("policy-optimizer 20")],
            [((SftCheckpointed)decision.Events[0]).Files[0].Hash, .. gone]);
        Assert.Equal(40, decision.Events.Aggregate(state, Run.Evolve).Sft!.Step);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20)]
    public void Decide_SftCheckpointOfAStepThatIsLogged_GivesNoEvents(int step) =>
        Assert.Equal(
            Decision.Nothing,
            Run.Decide(Some.State(Some.Started(), Some.SftCheckpoint(20)), new RecordSftCheckpoint(Some.SftCheckpoint(step))));

    [Fact]
    public void Decide_SftCheckpointAfterSft_GivesNoEvents() =>
        Assert.Equal(Decision.Nothing, Run.Decide(Some.State(History(RunStatus.Running)), new RecordSftCheckpoint(Some.SftCheckpoint(20))));

    [Fact]
    public void Decide_SftIsComplete_RemovesItsCheckpoint()
    {
        var state = Some.State(Some.Started(), Some.SftCheckpoint(20, "policy last", "policy-optimizer 20"));

        var decision = Run.Decide(state, new RecordStage("sft", [Some.Stage("sft", "policy last")]));

        Assert.IsType<StageCompleted>(decision.Events[0]);
        Assert.Equal([new ArtefactRemoved(Some.Hash("policy-optimizer 20"), "SFT is complete")], decision.Events.Skip(1));
        Assert.Null(decision.Events.Aggregate(state, Run.Evolve).Sft);
    }

    [Fact]
    public void Decide_ResumeWithAnotherRecipe_SaysWhatChangedAndOnlyOnce()
    {
        var resume = new ResumeRun("why") { Changes = [.. s_changed.Changes] };

        var running = Run.Decide(Some.State(History(RunStatus.Running)), resume);
        Assert.Equal(s_changed.Changes, Assert.IsType<RecipeChanged>(Assert.Single(running.Events)).Changes);
        Assert.Equal(Decision.Nothing, Run.Decide(running.Events.Aggregate(Some.State(History(RunStatus.Running)), Run.Evolve), resume));

        var paused = Run.Decide(Some.State(History(RunStatus.Paused)), resume);
        Assert.Equal([typeof(RunResumed), typeof(RecipeChanged)], paused.Events.Select(fact => fact.GetType()));
    }

    [Fact]
    public void Decide_UnknownCommand_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Run.Decide(Some.State(History(RunStatus.Running)), new UnknownCommand()));

    [Fact]
    public void Evolve_UnknownEvent_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Run.Evolve(RunState.Empty, new UnknownEvent()));

    [Fact]
    public void Evolve_EveryEventOfTheTrainingStream_IsKnown()
    {
        // The other streams' own events are no part of it.
        string[] foreign =
        [
            "back-fill.asked/1", "back-fill.ended/1", "benchmark.completed/1", "evaluation.completed/1", "evaluation.failed/1",
            "evaluator.injected/1", "evaluator.released/1", "evaluator.removed/1", "mismatch.detected/1", "run.deleted/1",
        ];
        var known = EventCatalogue.Known.Manifests.Except(foreign);
        IEvent[] facts =
        [
            Some.Queued(), Some.Started(), Some.SftCheckpoint(20), new StageReused("sft", "another", default), Some.Stage(),
            new PreferenceLabelled("training", "x", 1, 0, 0, Some.Hash("p")), Some.Member(0, "m"), .. Some.Step(1),
            new StepSkipped(2, "t", "skip"), new StepRolledBack(3, "t", "rollback", 0, Some.Hash("policy 0")),
            new CheckpointAsked(3, "r"), Some.Checkpoint(3), new ArtefactRemoved(Some.Hash("x"), "r"),
            new RunPaused("p"), new RunResumed("r", null), s_changed, s_recovered, s_diverged,
            new RunCompleted(3, Some.Hash("w"), default), new RunFailed(3, "s", "r"), new RunStopped(3, "r"),
        ];

        Assert.Equal(known, facts.Select(EventCatalogue.Known.ManifestOf).Order(StringComparer.Ordinal));
        Assert.NotNull(Some.State(facts));
    }

    [Fact]
    public void RecordStage_OfAnotherRun_IsStoredWithWhoseItIsAndCountsAsOnesOwn()
    {
        var (reused, stage) = (new StageReused("sft", "another", default), Some.Stage("sft", "sft"));

        var decision = Run.Decide(Some.State(Some.Started(), Some.Stage("world")), new RecordStage("sft", [reused, stage]));

        Assert.Equal([reused, stage], decision.Events);
        var state = Some.State([Some.Started(), Some.Stage("world"), .. decision.Events]);
        Assert.Equal((Some.Hash("sft"), Some.Hash("sft")), (state.Weights, state.SftPolicy));
    }

    [Fact]
    public void Evolve_Steps_CountEpisodesTokensAndTheController()
    {
        var state = Some.State([Some.Started(), .. Some.Step(1), .. Some.Step(2, coefficientAfter: 0.07)]);

        Assert.Equal((2, 4, 14, 0.07), (state.Step, state.Episodes, state.Tokens, state.KlCoefficient));
        Assert.Equal(Some.Hash("policy 2"), state.Weights);
    }

    [Fact]
    public void Evolve_RolledBack_TakesWeightsAndControllerOfTheCheckpoint()
    {
        IEvent[] history = [Some.Started(), .. Some.Step(1), Some.Checkpoint(1), .. Some.Step(2, coefficientAfter: 0.07)];

        var rolledBack = new StepRolledBack(3, "t", "rollback", 1, Some.Hash("policy 1"));
        var back = Some.State([.. history, .. Some.Step(3, coefficientAfter: 0.08)[..3], rolledBack]);
        var toTheBeginning = Some.State([Some.Started(), .. Some.Step(1), new StepRolledBack(2, "t", "rollback", 0, Some.Hash("sft"))]);

        Assert.Equal((3, Some.Checkpoint(1).KlCoefficient), (back.Step, back.KlCoefficient));
        Assert.Equal(Some.Hash("policy 1"), back.Weights);
        Assert.Null(toTheBeginning.KlCoefficient);
    }

    [Fact]
    public void Evolve_Resumed_ForgetsTheReason()
    {
        var paused = Some.State(History(RunStatus.Paused));
        Assert.Equal((RunStatus.Paused, "why"), (paused.Status, paused.Reason));
        var resumed = Run.Evolve(paused, new RunResumed("x", null));
        Assert.Equal((RunStatus.Running, null), (resumed.Status, resumed.Reason));
    }

    [Fact]
    public void ToCanonicalJson_ForeignCulture_SameBytes()
    {
        var state = Some.State([.. History(RunStatus.Running), Some.Checkpoint(1), new RunPaused("café")]);
        var expected = state.ToCanonicalJson();
        var before = CultureInfo.CurrentCulture;
        var foreign = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (foreign.NumberFormat.NumberDecimalSeparator, foreign.NumberFormat.NegativeSign) = (",", "−");
        try
        {
            CultureInfo.CurrentCulture = foreign;
            Assert.Equal(expected, state.ToCanonicalJson());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
        Assert.Contains("\"klCoefficient\":1.05,", Encoding.UTF8.GetString(expected));
    }

    [Fact]
    public void ToCanonicalJson_OneFieldDiffers_OtherHash()
    {
        var history = History(RunStatus.Running);
        Assert.NotEqual(Some.State(history).Hash(), Some.State([Some.Started(seed: 2), .. history.Skip(1)]).Hash());
    }

    [Fact]
    public void Decide_RewardModelAgain_Nothing() =>
        Assert.Equal(
            Decision.Nothing,
            Run.Decide(Some.State(Some.Started(), Some.Member(0, "rm")), new RecordRewardModel(Some.Member(0, "rm"))));

    [Fact]
    public void Decide_RewardModelOutOfOrder_Rejects() =>
        Assert.Contains(
            "expected number 1",
            Run.Decide(Some.State(Some.Started(), Some.Member(0, "rm")), new RecordRewardModel(Some.Member(2, "rm"))).Rejected);

    [Fact]
    public void Decide_ResumeWithAnotherBuild_RecordsItOnce()
    {
        var state = Some.State(History(RunStatus.Running));
        var resumed = Assert.IsType<RunResumed>(Assert.Single(Run.Decide(state, new ResumeRun("why", "2.0.0")).Events));

        Assert.Equal("2.0.0", resumed.Build);
        Assert.Equal(Decision.Nothing, Run.Decide(Run.Evolve(state, resumed), new ResumeRun("why", "2.0.0")));
    }

    [Fact]
    public void Decide_ResumePausedWithItsOwnBuild_NamesNoBuild() =>
        Assert.Equal(
            [new RunResumed("why", null)],
            Run.Decide(Some.State(History(RunStatus.Paused)), new ResumeRun("why", "1.0.0")).Events);

    [Fact]
    public void Decide_StartOfAFork_StoresItsFirstCheckpointWithIt()
    {
        var (started, checkpoint) = (Some.Started(), Some.Checkpoint(1));

        Assert.Equal([started, checkpoint], Run.Decide(RunState.Empty, new StartRun(started, checkpoint)).Events);
    }

    [Fact]
    public void Decide_CheckpointOfAFork_NeverRemovesItsFirst()
    {
        var started = Some.Started() with { Parent = new ForkPoint("parent", 1, default, default, default) };
        var state = Run.Evolve(Run.Evolve(Some.State(History(RunStatus.Running)), started), Some.Checkpoint(1));
        state = Some.Step(2).Append(Some.Checkpoint(2)).Concat(Some.Step(3)).Aggregate(state, Run.Evolve);

        var removed = Run.Decide(state, new RecordCheckpoint(Some.Checkpoint(3), Keep: 1)).Events.OfType<ArtefactRemoved>();

        Assert.Equal(Some.Checkpoint(2).Files.Select(file => file.Hash), removed.Select(one => one.Hash));
    }

    [Fact]
    public void Evolve_ForkOfAPausedRun_KeepsItsPastButNeitherItsCheckpointsNorItsStatus()
    {
        var past = Some.State([.. History(RunStatus.Running), Some.Checkpoint(1), new RunPaused("why")]);

        var fork = Run.Evolve(past, Some.Started(seed: 1) with { Recipe = "name: y\n" });

        Assert.Equal((RunStatus.Running, 1, null, past.Weights), (fork.Status, fork.Step, fork.Reason, fork.Weights));
        Assert.Equal("name: y\n", fork.Started!.Recipe);
        Assert.Empty(fork.Checkpoints);
        Assert.Equal(past.Stages, fork.Stages);
    }

    [Fact]
    public void TrajectoryOrigin_ForkWithItsParentsIdentity_GoesOnFromTheParents()
    {
        var (identity, other, trajectory) = (Some.Hash("identity"), Some.Hash("other"), Some.Hash("trajectory"));
        RunStarted Fork(ContentHash parents) => Some.Started() with { Parent = new ForkPoint("parent", 1, default, parents, trajectory) };

        Assert.Equal(identity, Some.Started().TrajectoryOrigin());
        Assert.Equal(trajectory, Fork(identity).TrajectoryOrigin());
        Assert.DoesNotContain(Fork(other).TrajectoryOrigin(), new[] { identity, other, trajectory });
    }

    sealed record UnknownCommand : RunCommand;

    sealed record UnknownEvent : IEvent;
}
