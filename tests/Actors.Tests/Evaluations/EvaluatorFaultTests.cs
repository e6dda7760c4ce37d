using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Runs;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Evaluation.Contract;
using Some = ActorRlhf.Actors.Tests.Runs.Some;

namespace ActorRlhf.Actors.Tests.Evaluations;

/// <summary>Whatever an evaluator does is an event of the evaluation stream and nothing to the run.</summary>
public sealed class EvaluatorFaultTests
{
    public static TheoryData<string, string> Faults => new()
    {
        { "throws", "InvalidOperationException: no idea" },
        { "hangs", "no answer within 1 s" },
        { "wrong count", "1 results for 8 items" },
        { "no results", "0 results for 8 items" },
        { "null result", "result 7 is for item '', expected '7'" },
        { "foreign ids", "result 0 is for item '7', expected '0'" },
        { "not finite", "ArgumentException: A score is a finite number or null" },
        { "metric missing", "KeyNotFoundException" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Evaluate_EvaluatorFails_IsLoggedWithTheReasonAndChangesNothing(string fault, string reason)
    {
        var evaluator = new BadEvaluator("bad", fault);

        var run = await TrainAsync(Some.Recipe(), evaluator);

        var failures = run.Evaluations().Select(read => read.Event).OfType<EvaluationFailed>().ToList();
        Assert.Equal([0, 2, 4], failures.Select(failed => failed.Step));
        Assert.All(failures, failed => Assert.Equal(("bad", "1.0.0", "heldout:pocket"), (failed.Evaluator, failed.Version, failed.Set)));
        Assert.All(failures, failed => Assert.Contains(reason, failed.Reason));
        // The sound evaluator beside it is not touched, and neither is the training.
        Assert.Equal(3, run.Evaluations().Select(read => read.Event).OfType<EvaluationCompleted>().Count());
        var sound = await SoundRun.Of(Some.Recipe());
        Assert.Equal((RunStatus.Completed, sound.Trajectory, sound.Weights), (run.State.Status, run.Trajectory, run.State.Weights));
    }

    [Fact]
    public async Task Evaluate_ThreeFailuresInARow_QuarantinesTheEvaluator()
    {
        var evaluator = new BadEvaluator("bad", "throws");

        var run = await TrainAsync(Some.Recipe("evaluation.every=1"), evaluator);

        var reasons = run.Evaluations().Select(read => read.Event).OfType<EvaluationFailed>().Select(failed => failed.Reason).ToList();
        const string quarantine =
            "in quarantine: it failed at the last 3 evaluations; 'evaluators release' ends that, or a new version";
        Assert.Equal(
            [
                "InvalidOperationException: no idea", "InvalidOperationException: no idea", "InvalidOperationException: no idea",
                quarantine, quarantine,
            ],
            reasons);
        Assert.Equal(3, evaluator.Calls);
    }

    [Fact]
    public async Task Evaluate_OneSuccessBetweenFailures_KeepsTheEvaluator()
    {
        var evaluator = new BadEvaluator("bad", "throws", succeedsAt: 3);

        var run = await TrainAsync(Some.Recipe("evaluation.every=1"), evaluator);

        Assert.Equal(5, evaluator.Calls);
        Assert.Equal(4, run.Evaluations().Select(read => read.Event).OfType<EvaluationFailed>().Count());
    }

    [Fact]
    public async Task Evaluate_ManyEvaluatorsHang_TheRunWaitsForOneDeadline()
    {
        // Each waits until the three others have been asked, too: one after the other they would all be late.
        using var barrier = new Barrier(4);
        var evaluators = Enumerable.Range(0, 4).Select(i => new BadEvaluator($"meets-{i}", "meets", barrier)).ToArray();

        var run = await TrainAsync(Some.Recipe("rl.steps=1"), evaluators);

        Assert.Empty(run.Evaluations().Select(read => read.Event).OfType<EvaluationFailed>());
    }

    [Fact]
    public async Task Evaluate_Aggregates_AreMeansOfTheItems()
    {
        var run = await TrainAsync(Some.Recipe());

        var events = run.Evaluations().Select(read => read.Event).ToList();
        foreach (var step in (int[])[0, 2, 4])
        {
            var rollout = events.OfType<RolloutCollected>().Single(collected => collected.Step == step);
            var rows = RolloutRow.Read(run.Artefacts, rollout.Artefact);
            var completed = events.OfType<EvaluationCompleted>().Single(evaluated => evaluated.Step == step);
            Assert.Equal((rollout.Artefact, 8, true), (completed.Rollout, completed.Items, completed.Live));
            Assert.Equal(rows.Average(row => row.Completion.Length), completed.Aggregates.Single().Mean, 1e-12);
            Assert.Equal(8, completed.Aggregates.Single().Count);
            // The point of the training stream that was looked at: its hash is there.
            Assert.Equal(completed.Source.Hash, run.Training().Single(read => read.Sequence == completed.Source.Sequence).Hash);
        }
    }

    static async Task<RunRecord> TrainAsync(Recipe recipe, params IEvaluator[] evaluators)
    {
        IEvaluator[] all = [new SoundEvaluator(), .. evaluators];
        // A second where one is meant to hang, and as long as it takes elsewhere.
        var deadline = evaluators.Any(one => one is BadEvaluator { Hangs: true }) ? TimeSpan.FromSeconds(1) : RunsHost.Patience;
        await using var host = await RunsHost.StartAsync(judges: new OwnJudges(all), evaluatorDeadline: deadline);
        var run = await host.TrainAsync("run", recipe, new JudgedWorld(WorldFactory.Create(recipe), all));
        foreach (var evaluator in evaluators.OfType<BadEvaluator>()) evaluator.Dispose();
        return run;
    }
}

/// <summary>Evaluators of the test's choice.</summary>
sealed class OwnJudges(IReadOnlyList<IEvaluator> evaluators) : IJudges
{
    public IJudge? Find(EvaluatorDescription evaluator) =>
        evaluators.FirstOrDefault(one => (one.Id, one.Version) == (evaluator.Id, evaluator.Version)) is { } found
            ? new BuiltInJudge(found)
            : null;
}

/// <summary>Counts characters.</summary>
sealed class SoundEvaluator : IEvaluator
{
    public string Id => "characters";
    public string Version => "1.0.0";
    public string Summary => "of a test";
    public EvaluatorNeeds Needs => EvaluatorNeeds.Text;
    public IReadOnlyList<Metric> Metrics { get; } =
    [
        new Metric("characters", MetricDirection.None, MetricRole.Heldout, "Characters of the completion."),
    ];

    public IReadOnlyList<ItemResult> Score(IReadOnlyList<EvaluationItem> items) =>
        [.. items.Select(item => new ScoredItem(item.Id, new Dictionary<string, Score> { ["characters"] = new(item.Completion.Length) }))];
}

/// <summary>Does what an evaluator must not.</summary>
sealed class BadEvaluator(string id, string fault, Barrier? barrier = null, int succeedsAt = 0) : IEvaluator, IDisposable
{
    readonly ManualResetEventSlim _end = new();

    public string Id => id;
    public string Version => "1.0.0";
    public string Summary => "of a test";
    public EvaluatorNeeds Needs => EvaluatorNeeds.Text;
    public IReadOnlyList<Metric> Metrics => [new Metric("m", MetricDirection.None, MetricRole.Heldout, "A number.")];
    public int Calls { get; private set; }
    public bool Hangs => fault == "hangs";

    public IReadOnlyList<ItemResult> Score(IReadOnlyList<EvaluationItem> items)
    {
        Calls++;
        ScoredItem[] sound = [.. items.Select(item => new ScoredItem(item.Id, new Dictionary<string, Score> { ["m"] = new(1) }))];
        if (Calls == succeedsAt) return sound;
        switch (fault)
        {
            case "throws": throw new InvalidOperationException("no idea");
            case "hangs":
                _end.Wait();
                return sound;
            case "meets":
                barrier!.SignalAndWait();
                return sound;
            case "wrong count": return sound[..1];
            case "no results": return null!;
            case "null result": return [.. sound[..^1], null!];
            case "foreign ids": return [.. sound.Reverse()];
            case "not finite":
                return [.. items.Select(item => new ScoredItem(item.Id, new Dictionary<string, Score> { ["m"] = new(double.NaN) }))];
            case "metric missing": return [.. items.Select(item => new ScoredItem(item.Id, new Dictionary<string, Score>()))];
            default: return sound;
        }
    }

    public void Dispose() => _end.Set();
}

/// <summary>A world with evaluators of the test's choice.</summary>
sealed class JudgedWorld(IWorld world, IReadOnlyList<IEvaluator> evaluators) : ChangedWorld(world)
{
    public override IReadOnlyList<IEvaluator> Evaluators => evaluators;
    public override string? GoldEvaluator => null;
}
