using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Actors.Tests.Runs.Auditing;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>What is worthless is not learnt: the step is not applied, the log says why, and the recipe says what follows.</summary>
public sealed class NonFiniteTests
{
    const int Bad = 3;                                // the step that is falsified; the checkpoint before it is of step 2

    public static TheoryData<string, string> Faults => new()
    {
        { "sampler-nan", "samplerLogProbs (not finite)" },
        { "empty", "completions (empty)" },
        { "all-empty", "completions (empty)" },
        { "no-eos", "stopReasons (no completion ended with EOS)" },
        { "reward-nan", "scores (not finite)" },
        { "reward-infinite", "scores (not finite)" },
        { "reward-constant", "scores (constant)" },
        { "reference-infinite", "refLogProbs (not finite)" },
        { "old-nan", "oldLogProbs (not finite)" },
        { "value-nan", "values (not finite)" },
        { "advantage-nan", "policyGradient" },
        { "return-infinite", "criticGradient" },
        { "old-log-prob-infinite", "policyGradient" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Train_Skip_LeavesTheStepOutAndGoesOnWithTheSameWeights(string fault, string tensor)
    {
        var run = await TrainAsync(fault, Recipe("skip"));

        var events = run.Training().Select(read => read.Event).ToList();
        var skipped = Assert.Single(events.OfType<StepSkipped>());
        Assert.Equal(new StepSkipped(Bad, tensor, "skip"), skipped);
        Assert.Equal([1, 2, 4], events.OfType<PolicyUpdated>().Select(updated => updated.Step));
        Assert.Equal(events.OfType<PolicyUpdated>().ElementAt(1).Weights, events.OfType<RolloutCollected>().Last().PolicyWeights);
        Assert.Equal(RunStatus.Completed, run.State.Status);
    }

    [Theory]
    [InlineData("sampler-nan", "samplerLogProbs (not finite)")]
    [InlineData("reward-constant", "scores (constant)")]
    [InlineData("value-nan", "values (not finite)")]
    [InlineData("advantage-nan", "policyGradient")]
    public async Task Train_Rollback_GoesOnWithTheCheckpointsWeights(string fault, string tensor)
    {
        var run = await TrainAsync(fault, Recipe("rollback"));

        var events = run.Training().Select(read => read.Event).ToList();
        var checkpoint = events.OfType<CheckpointSaved>().Single(saved => saved.Step == 2);
        var policy = checkpoint.Files.Single(file => file.Name == "policy").Hash;
        Assert.Equal(new StepRolledBack(Bad, tensor, "rollback", 2, policy), Assert.Single(events.OfType<StepRolledBack>()));
        Assert.Equal(policy, events.OfType<RolloutCollected>().Single(rollout => rollout.Step == 4).PolicyWeights);
        Assert.Equal(RunStatus.Completed, run.State.Status);
    }

    [Theory]
    [InlineData("no-eos", "stopReasons (no completion ended with EOS)")]
    [InlineData("reward-nan", "scores (not finite)")]
    [InlineData("return-infinite", "criticGradient")]
    public async Task Train_Stop_FailsWithTheTensorAndStoresNothingOfTheStep(string fault, string tensor)
    {
        var run = await TrainAsync(fault, Recipe("stop"));

        var events = run.Training().Select(read => read.Event).ToList();
        var failed = Assert.IsType<RunFailed>(events[^1]);
        Assert.Equal((2, "step 3"), (failed.Step, failed.Stage));
        Assert.Contains($"because {StepFault.Words(tensor)}; rl.onNonFinite is stop", failed.Reason);
        Assert.Equal(2, events.OfType<RolloutCollected>().Last().Step);
        Assert.Empty(events.OfType<RunRecovered>());
    }

    /// <summary>
    /// Runs of earlier logic were completed all the same, which is no lie;
    /// the audit of such a log and of a new one is that of its own logic.
    /// </summary>
    [Fact]
    public async Task Train_NoStepIsApplied_FailsAndAnEarlierRunThatWasCompletedIsSound()
    {
        RunRecord run;
        string folder;
        await using (var host = await RunsHost.StartAsync(children: pool =>
            new FalsifiedChildren(new RunChildrenFactory(pool), reply: Falsified.Answer("no-eos", 1))))
        {
            (run, folder) = (await host.TrainAsync("taught-nothing", Recipe("skip", "rl.steps=1")), host.Directory);
        }
        using var copy = new Forgery(folder, run.Id);

        Assert.Equal(RunStatus.Failed, run.State.Status);
        Assert.StartsWith("nothing was learned: 1 of 1 step was not applied: 1 skipped because no completion ended with EOS",
            run.State.Reason, StringComparison.Ordinal);
        Assert.Null(copy.Audit().FirstBad);

        var before = run.Training().SkipLast(1).Select(read => read.Event).Aggregate(RunState.Empty, Run.Evolve);
        var completed = new RunCompleted(1, before.Weights!.Value, default);
        copy.ReplaceLast(completed with { StateHash = Run.Evolve(before, completed).Hash() });

        Assert.Equal(
            (copy.Training()[^1].Sequence, AuditFindingKind.Arithmetic),
            (copy.Audit().FirstBad?.Sequence, copy.Audit().FirstBad?.Kind));
        copy.Lie(copy.Training()[0], (RunStarted started) => started with { LogicVersion = 2 });
        Assert.Null(copy.Audit().FirstBad);
        Assert.True(RunReplay.Of(new RunReader(copy.Data.Store).Streams(run.Id)).EqualsCompleted);
    }

    /// <summary>Nothing says which network was not finite; but that nobody ended with EOS, or scores are constant, is seen.</summary>
    [Theory]
    [InlineData("value-nan", "stopReasons (no completion ended with EOS)")]
    [InlineData("value-nan", "policyGradient")]
    [InlineData("return-infinite", "scores (constant)")]
    [InlineData("return-infinite", "values (not finite)")]
    public async Task Audit_OtherReasonForAStepThatWasNotApplied_IsFound(string fault, string told)
    {
        string folder;
        await using (var host = await RunsHost.StartAsync(children: pool => Falsified.Children(pool, fault, Bad)))
        {
            folder = host.Directory;
            await host.TrainAsync("faulty", Recipe("skip"));
        }
        using var copy = new Forgery(folder, RunId.Parse("faulty"));
        Assert.Null(copy.Audit().FirstBad);
        var skipped = copy.Training().Single(read => read.Event is StepSkipped);

        copy.Lie(skipped, (StepSkipped fact) => fact with { Tensor = told });

        var found = copy.Audit().FirstBad;
        Assert.Equal((skipped.Sequence, AuditFindingKind.Arithmetic), (found?.Sequence, found?.Kind));
        Assert.Contains($"tensor is {told}, which nothing is wrong with", found!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_RollbackBeforeTheFirstCheckpoint_GoesBackToTheSftPolicy()
    {
        var run = await TrainAsync("value-nan", Recipe("rollback", "checkpoint.every=100"));

        var events = run.Training().Select(read => read.Event).ToList();
        var sft = events.OfType<StageCompleted>().Single(stage => stage.Stage == "sft").Artefacts[0].Hash;
        Assert.Equal(new StepRolledBack(Bad, "values (not finite)", "rollback", 0, sft), Assert.Single(events.OfType<StepRolledBack>()));
        Assert.Equal(sft, events.OfType<RolloutCollected>().Last().PolicyWeights);
    }

    [Fact]
    public async Task Train_WeightsAreNotFinite_RollsBackToTheCheckpointsWeights()
    {
        var run = await TrainAsync("weights-nan", Recipe("rollback", "evaluation.every=100"));

        var events = run.Training().Select(read => read.Event).ToList();
        var policy = events.OfType<CheckpointSaved>().Single(saved => saved.Step == 2).Files.Single(file => file.Name == "policy").Hash;
        Assert.Equal(
            new StepRolledBack(Bad, "logits (the logits of request 0 at response position 0 are not finite)", "rollback", 2, policy),
            Assert.Single(events.OfType<StepRolledBack>()));
        Assert.Equal([1, 2, 4], events.OfType<PolicyUpdated>().Select(updated => updated.Step));
    }

    [Theory]
    [InlineData("skip")]
    [InlineData("rollback")]
    public async Task Train_StepNotAppliedUnderAnAdaptiveController_NextStepUsesTheCoefficientOfTheState(string rule)
    {
        var run = await TrainAsync(
            "advantage-nan", Recipe(rule, "kl.controller=adaptive", "kl.coefficient=0.05", "kl.target=1", "kl.horizon=16"));

        var state = RunState.Empty;
        var coefficients = new List<double>();
        foreach (var fact in run.Training().Select(read => read.Event))
        {
            if (fact is KlMeasured kl)
            {
                Assert.Equal(state.KlCoefficient ?? 0.05, kl.CoefficientBefore);
                coefficients.Add(kl.CoefficientBefore);
            }
            state = Run.Evolve(state, fact);
        }
        Assert.Equal(4, coefficients.Count);
        Assert.NotEqual(coefficients[2], coefficients[1]);
    }

    [Theory]
    [InlineData("skip", "value-nan")]
    [InlineData("rollback", "value-nan")]
    [InlineData("skip", "advantage-nan")]
    [InlineData("rollback", "advantage-nan")]
    public async Task Train_StepNotAppliedIsExecutedAgain_SameTrajectory(string rule, string fault)
    {
        var calm = await TrainAsync(fault, Recipe(rule));
        var died = new Fault("SavePolicy", at: 2);
        await using var host = await RunsHost.StartAsync(children: pool =>
            new FalsifiedChildren(new FaultyChildren(pool, died), Falsified.Request(fault, Bad), Falsified.Answer(fault, Bad)));

        var again = await host.TrainAsync(Fault.Run, Recipe(rule));

        Assert.Equal(1, died.Strikes);
        Assert.Equal(2, Assert.Single(again.Training().Select(read => read.Event).OfType<RunRecovered>()).StepsAgain);
        Assert.Equal((calm.Trajectory, calm.State.Weights), (again.Trajectory, again.State.Weights));
    }

    static Recipe Recipe(string rule, params string[] more) =>
        Some.Recipe([$"rl.onNonFinite={rule}", "evaluation.prompts=9", "reward.aggregation=worst-case", .. more]);

    static async Task<RunRecord> TrainAsync(string fault, Recipe recipe)
    {
        await using var host = await RunsHost.StartAsync(children: pool => Falsified.Children(pool, fault, Bad));
        return await host.TrainAsync("falsified", recipe);
    }
}
