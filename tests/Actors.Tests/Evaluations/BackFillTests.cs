using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Live.Evaluations;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Runs;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;
using Akka.Actor;
using Some = ActorRlhf.Actors.Tests.Runs.Some;

namespace ActorRlhf.Actors.Tests.Evaluations;

/// <summary>Evaluators judge what logs have.</summary>
public sealed class BackFillTests
{
    static readonly EvaluatorDescription s_verbosity = BuiltInJudge.Describe(BuiltInEvaluators.ById["verbosity"]);

    [Fact]
    public async Task RunAsync_EverythingOfAFinishedRun_IsJudgedOnceAndTheAuditAgrees()
    {
        var directory = Temporary.NewDirectory();
        ContentHash trajectory;
        int heldout;
        await using (var former = await RunsHost.StartAsync(directory))
        {
            var before = await former.TrainAsync("run", Some.Recipe());
            (trajectory, heldout) = (before.Trajectory, before.HeldoutPoints().Count);
        }
        await using var host = await RunsHost.StartAsync(directory);

        var first = await RunAsync(host, Asked("all"), s_verbosity);
        var again = await RunAsync(host, Asked("all"), s_verbosity);

        var run = host.Read("run");
        Assert.Equal((run.Recipe.Rl.Steps + heldout, 0), (first.Judged, again.Judged));
        Assert.Equal((0, null, 0, null), (first.Failed, first.Problem, again.Failed, again.Problem));
        var judged = run.Evaluations().Select(read => read.Event).OfType<EvaluationCompleted>()
            .Where(one => one.Evaluator == "verbosity").ToArray();
        Assert.All(judged, one => Assert.False(one.Live));
        Assert.Equal(run.Recipe.Rl.Steps, judged.Count(one => one.Set is null));
        Assert.Equal(trajectory, run.Trajectory);
        var metrics = StepMetrics.Of(run).Single(step => step.Step == 2).Values;
        Assert.True(metrics["eval/verbosity/words"] > 0 && metrics["train/verbosity/words"] > 0);
        Assert.Null(RunAudit.Of(host.Data.Store, run.Id, null).FirstBad);
    }

    /// <summary>The curve of gold is that of held-out prompts, whatever else gold was asked about.</summary>
    [Fact]
    public async Task RunAsync_GoldOfTraining_IsNoHeldoutGold()
    {
        await using var host = await RunsHost.StartAsync();
        var before = (await host.TrainAsync("run", Some.Recipe())).HeldoutPoints();
        var gold = BuiltInJudge.Describe(BuiltInEvaluators.ById[BuiltInEvaluators.PocketGold]);

        var ended = await RunAsync(host, Asked("train") with { Evaluator = gold.Id, Version = gold.Version }, gold);

        Assert.Equal((Some.Recipe().Rl.Steps, null), (ended.Judged, ended.Problem));
        Assert.All(before, point => Assert.NotNull(point.Gold));
        Assert.Equal(before, host.Read("run").HeldoutPoints());
    }

    [Fact]
    public async Task RunAsync_RolloutIsLost_FailsAloneAndTheOthersAreJudged()
    {
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync("run", Some.Recipe());
        var lost = run.Training().Select(read => read.Event).OfType<RolloutCollected>().First(rollout => rollout.Step == 2);
        host.Data.Artefacts.Remove(lost.Artefact);

        var ended = await RunAsync(host, Asked("train"), s_verbosity);

        Assert.Equal((run.Recipe.Rl.Steps - 1, 1), (ended.Judged, ended.Failed));
        Assert.StartsWith("step 2 of run run: ", ended.Problem, StringComparison.Ordinal);
        // Whoever goes on where nothing else is left to judge goes on to other runs, too.
        await host.TrainAsync("other", Some.Recipe("seed=3"));
        var again = await RunAsync(host, Asked("train") with { Runs = ["run", "other"] }, s_verbosity);
        Assert.Equal((run.Recipe.Rl.Steps, 1), (again.Judged, again.Failed));
    }

    [Fact]
    public async Task RunAsync_JournalIsAwayForAMoment_AsksAgain()
    {
        await using var host = await RunsHost.StartAsync();
        await host.TrainAsync("run", Some.Recipe());
        var lost = 0;
        var fill = new BackFill(host.Data.Store, (run, request, ct) => ++lost < 3
            ? Task.FromResult<object>(new EvaluationsLost(run, new PersistFailed(run.EvaluationStream, 1, "the database is away")))
            : host.System.ActorSelection("/user/evaluations").Ask<object>(new ForEvaluations(run, request), ct));

        var ended = await fill.RunAsync(Asked("train"), s_verbosity, _ => { }, CancellationToken.None);

        Assert.Equal((Some.Recipe().Rl.Steps, null), (ended.Judged, ended.Problem));
        Assert.True(lost >= 3);
        var hopeless = await new BackFill(host.Data.Store, (run, _, _) => Task.FromResult<object>(new EvaluationsLost(
                run, new PersistFailed(run.EvaluationStream, 1, "the disk is full") { NeedsPerson = true })))
            .RunAsync(Asked("heldout"), s_verbosity, _ => { }, CancellationToken.None);
        Assert.Equal("run run: the disk is full", hopeless.Problem);
    }

    [Fact]
    public async Task RunAsync_OfSomeStepsAndASet_JudgesNoOthers()
    {
        await using var host = await RunsHost.StartAsync();
        await host.TrainAsync("run", Some.Recipe());

        await RunAsync(host, Asked("train") with { FirstStep = 2, LastStep = 3 }, s_verbosity);

        Assert.Equal([(2, null), (3, null)], host.Read("run").Evaluations().Select(read => read.Event).OfType<EvaluationCompleted>()
            .Where(one => one.Evaluator == "verbosity").Select(one => (one.Step, one.Set)));
    }

    [Fact]
    public async Task RunAsync_KlOfAllRollouts_IsWhatTheLogMeasured()
    {
        await using var host = await RunsHost.StartAsync();
        await host.TrainAsync("run", Some.Recipe());

        await RunAsync(host, Asked("all") with { Evaluator = "kl" }, BuiltInJudge.Describe(BuiltInEvaluators.ById["kl"]));

        var run = host.Read("run");
        Assert.All(StepMetrics.Of(run), step =>
        {
            if (step.Values.TryGetValue("objective/kl", out var training)) Assert.Equal(training, step.Values["train/kl/kl"], 1e-12);
            if (step.Values.TryGetValue("heldout/kl", out var heldout)) Assert.Equal(heldout, step.Values["eval/kl/kl"], 1e-12);
        });
        Assert.Equal(run.Recipe.Rl.Steps, StepMetrics.Of(run).Count(step => step.Values.ContainsKey("train/kl/kl")));
        Assert.Null(RunAudit.Of(host.Data.Store, run.Id, null).FirstBad);
    }

    [Fact]
    public async Task RunAsync_EvaluatorOfPairs_SeesWhatWasSaidBeforeRlOnHeldoutPromptsOnly()
    {
        var comparing = new Comparing();
        await using var host = await RunsHost.StartAsync(judges: new OwnJudges([.. BuiltInEvaluators.OfPocket, comparing]));
        await host.TrainAsync("run", Some.Recipe());

        var ended = await RunAsync(host, Asked("all"), BuiltInJudge.Describe(comparing));
        var training = await RunAsync(host, Asked("train"), BuiltInJudge.Describe(comparing));

        var run = host.Read("run");
        Assert.Equal((run.HeldoutPoints().Count, 0, null), (ended.Judged, ended.Failed, ended.Problem));
        Assert.Equal(0, training.Judged);
        Assert.Contains("it needs pairs: what the policy said before RL", training.Problem, StringComparison.Ordinal);
        var same = StepMetrics.Of(run).Where(step => step.Values.ContainsKey("eval/comparing/same"))
            .ToDictionary(step => step.Step, step => step.Values["eval/comparing/same"]);
        Assert.Equal(1, same[0]);
        Assert.InRange(same[run.Recipe.Rl.Steps], 0, .99);
    }

    [Fact]
    public async Task RunAsync_EvaluatorThatFails_EndsAndStoresNothing()
    {
        await using var host = await RunsHost.StartAsync(judges: new OwnJudges([.. BuiltInEvaluators.OfPocket, new Failing()]));
        await host.TrainAsync("run", Some.Recipe());

        var ended = await RunAsync(host, Asked("all"), BuiltInJudge.Describe(new Failing()));

        Assert.Equal(0, ended.Judged);
        Assert.InRange(ended.Failed, 3, 100);
        Assert.Equal("step 1 of run run: InvalidOperationException: it does not want to", ended.Problem);
        Assert.DoesNotContain(host.Read("run").Evaluations(), read => read.Event is EvaluationCompleted { Evaluator: "failing" });
    }

    [Fact]
    public async Task RunAsync_RunThatWasDeleted_HasNothingToJudge()
    {
        await using var host = await RunsHost.StartAsync();

        Assert.Equal((0, 0, null), Ended(await RunAsync(host, Asked("all"), s_verbosity)));

        static (int, int, string?) Ended(BackFillEnded ended) => (ended.Judged, ended.Failed, ended.Problem);
    }

    [Fact]
    public async Task RunAsync_WhileTheRunGoesOn_NoRolloutIsJudgedTwice()
    {
        var gate = new Gate(step: 3);
        var judges = new Beside([.. BuiltInEvaluators.OfPocket], BuiltInEvaluators.ById["verbosity"]);
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate), judges: judges);
        var news = host.News(RunId.Parse("run"));
        await host.LaunchAsync("run", Some.Recipe());
        await gate.Reached;
        judges.IsBrought = true;

        await RunAsync(host, Asked("heldout"), s_verbosity);
        gate.Open();
        await news.NextAsync<Actors.Runs.Pipeline.RunEnded>();
        await RunAsync(host, Asked("heldout"), s_verbosity);

        var judged = host.Read("run").Evaluations().Select(read => read.Event).OfType<EvaluationCompleted>()
            .Where(one => one.Evaluator == "verbosity").Select(one => (one.Step, one.Live));
        Assert.Equal([(0, false), (2, false), (4, true)], judged);
        Assert.Null(RunAudit.Of(host.Data.Store, RunId.Parse("run"), null).FirstBad);
    }

    static BackFillAsked Asked(string set) => new("back-fill-1", "verbosity", "1.0.0", ["run"], 0, null, set);

    static Task<BackFillEnded> RunAsync(RunsHost host, BackFillAsked asked, EvaluatorDescription evaluator) =>
        new BackFill(host.Data.Store, async (run, request, _) => await host.System.ActorSelection("/user/evaluations")
            .Ask<object>(new ForEvaluations(run, request), RunsHost.Patience)).RunAsync(asked, evaluator, _ => { }, CancellationToken.None);

    sealed class Comparing : IEvaluator
    {
        public string Id => "comparing";
        public string Version => "1.0.0";
        public string Summary => "of a test";
        public EvaluatorNeeds Needs => EvaluatorNeeds.Text | EvaluatorNeeds.Pairs;
        public IReadOnlyList<Metric> Metrics { get; } = [new("same", MetricDirection.None, MetricRole.Development, "1 or 0")];

        public IReadOnlyList<ItemResult> Score(IReadOnlyList<EvaluationItem> items) => [.. items.Select(item => new ScoredItem(
            item.Id, new Dictionary<string, Score> { ["same"] = new(item.Completion == item.OtherCompletion! ? 1 : 0) }))];
    }

    sealed class Failing : IEvaluator
    {
        public string Id => "failing";
        public string Version => "1.0.0";
        public string Summary => "of a test";
        public EvaluatorNeeds Needs => EvaluatorNeeds.Text;
        public IReadOnlyList<Metric> Metrics { get; } = [new("failing", MetricDirection.None, MetricRole.Development, "nothing")];

        public IReadOnlyList<ItemResult> Score(IReadOnlyList<EvaluationItem> items) =>
            throw new InvalidOperationException("it does not want to");
    }

    /// <summary>Judges of a world, and one that is brought when the test says so.</summary>
    sealed class Beside(IReadOnlyList<IEvaluator> ofWorld, IEvaluator brought) : IJudges
    {
        public bool IsBrought { get; set; }

        public IReadOnlyList<EvaluatorDescription> BesideWorld(RunId run) => IsBrought ? [BuiltInJudge.Describe(brought)] : [];

        public IJudge? Find(EvaluatorDescription evaluator) =>
            new BuiltInJudge(ofWorld.Append(brought).First(one => one.Id == evaluator.Id));
    }
}
