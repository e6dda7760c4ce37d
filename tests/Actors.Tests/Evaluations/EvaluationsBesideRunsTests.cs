using ActorRlhf.Actors.Live.Evaluations;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Tests.Runs;
using ActorRlhf.Actors.Tests.Runs.Auditing;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Evaluation.Contract;
using Akka.Actor;
using Some = ActorRlhf.Actors.Tests.Runs.Some;

namespace ActorRlhf.Actors.Tests.Evaluations;

/// <summary>Evaluations stand beside the runs, and know evaluators by their descriptions.</summary>
public sealed class EvaluationsBesideRunsTests
{
    [Fact]
    public async Task Find_RunIsOver_IsAnsweredFromItsStream()
    {
        var directory = Temporary.NewDirectory();
        await using (var first = await RunsHost.StartAsync(directory)) await first.TrainAsync("run", Some.Recipe());
        await using var host = await RunsHost.StartAsync(directory);

        var found = await Evaluations(host)
            .Ask<HeldoutFound>(new ForEvaluations(RunId.Parse("run"), new FindHeldout(2)), RunsHost.Patience);
        var none = await Evaluations(host).Ask<HeldoutFound>(new ForEvaluations(RunId.Parse("run"), new FindHeldout(3)), RunsHost.Patience);

        var completed = host.Read("run").Evaluations()
            .Select(read => read.Event)
            .OfType<EvaluationCompleted>()
            .Single(one => one.Step == 2 && one.Evaluator == "pocket-gold");
        Assert.Equal(completed.Aggregates[0].Mean, found.Evaluated!.Gold);
        Assert.Null(none.Evaluated);
    }

    [Fact]
    public async Task Train_EvaluationsStopForGood_AreThereAgainAndTheRunDoesNotNotice()
    {
        var gate = new Gate(step: 2);
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        var news = host.News(RunId.Parse("run"));
        await host.LaunchAsync("run", Some.Recipe());
        await gate.Reached;
        var evaluations = await host.System.ActorSelection("/user/evaluations/run").ResolveOne(RunsHost.Patience);

        Assert.True(await evaluations.GracefulStop(RunsHost.Patience));
        gate.Open();
        await news.NextAsync<RunEnded>();

        var (sound, run) = (await SoundRun.Of(Some.Recipe()), host.Read("run"));
        Assert.Equal((RunStatus.Completed, sound.Trajectory), (run.State.Status, run.Trajectory));
        Assert.DoesNotContain(run.Training(), read => read.Event is RunRecovered);
        Assert.Equal([0, 2, 4], run.Evaluations().Select(read => read.Event).OfType<RolloutCollected>().Select(rollout => rollout.Step));
    }

    [Fact]
    public async Task Evaluate_Needs_GivesWhatIsNeededAndNothingElse()
    {
        IEvaluator[] evaluators =
        [
            new Nosy("text", EvaluatorNeeds.Text),
            new Nosy(
                "all", EvaluatorNeeds.Text | EvaluatorNeeds.LogProbs | EvaluatorNeeds.Scores | EvaluatorNeeds.Kl | EvaluatorNeeds.Pairs),
        ];

        var events = await EvaluateAsync(evaluators);

        Assert.All(
            events.OfType<EvaluationCompleted>().Where(one => one.Evaluator == "text"),
            one => Assert.Equal(0, one.Aggregates[0].Mean));
        Assert.All(
            events.OfType<EvaluationCompleted>().Where(one => one.Evaluator == "all"),
            one => Assert.Equal(4, one.Aggregates[0].Mean));
        Assert.Equal(6, events.OfType<EvaluationCompleted>().Count());
    }

    [Fact]
    public async Task Evaluate_NeedsWhatNobodyHas_IsAFailureThatSaysSo()
    {
        var events = await EvaluateAsync([new Nosy("demanding", EvaluatorNeeds.Text | EvaluatorNeeds.Model)]);

        Assert.Contains("it needs model, which a rollout does not have", events.OfType<EvaluationFailed>().First().Reason);
        Assert.Empty(events.OfType<EvaluationCompleted>());
    }

    [Fact]
    public async Task Evaluate_NewVersionOfAnEvaluatorInQuarantine_IsAsked()
    {
        var directory = Temporary.NewDirectory();
        var gate = new Gate(step: 5);
        var recipe = Some.Recipe("rl.steps=6", "evaluation.every=1");
        var failing = new Nosy("nosy", EvaluatorNeeds.Text) { Throws = true };
        await using (var first = await RunsHost.StartAsync(
            directory, pool => new GatedChildren(pool, gate), judges: new OwnJudges([failing])))
        {
            gate.OpenAtDisposal(first);
            await first.LaunchAsync("run", recipe, new JudgedWorld(WorldFactory.Create(recipe), [failing]));
            await gate.Reached;
        }
        var mended = new Nosy("nosy", EvaluatorNeeds.Text) { Version = "1.0.1" };
        await using var host = await RunsHost.StartAsync(directory, judges: new OwnJudges([mended]));
        var run = await host.TrainAsync("run", recipe, new JudgedWorld(WorldFactory.Create(recipe), [mended]));

        var events = run.Evaluations().Select(read => read.Event).ToList();
        Assert.Equal([0, 1, 2, 3, 4], events.OfType<EvaluationFailed>().Select(failed => failed.Step));
        Assert.StartsWith("in quarantine", events.OfType<EvaluationFailed>().Last().Reason);
        Assert.Equal(
            [(5, "1.0.1"), (6, "1.0.1")],
            events.OfType<EvaluationCompleted>().Select(completed => (completed.Step, completed.Version)));
    }

    [Fact]
    public async Task Release_EvaluatorInQuarantine_IsAskedAgainAndTheLogSaysWho()
    {
        var directory = Temporary.NewDirectory();
        var gate = new Gate(step: 5);
        var recipe = Some.Recipe("rl.steps=6", "evaluation.every=1");
        IEvaluator[] failing = [new Nosy("nosy", EvaluatorNeeds.Text) { Throws = true }], mended = [new Nosy("nosy", EvaluatorNeeds.Text)];
        await using (var first = await RunsHost.StartAsync(
            directory, pool => new GatedChildren(pool, gate), judges: new OwnJudges(failing)))
        {
            gate.OpenAtDisposal(first);
            await first.LaunchAsync("run", recipe, new JudgedWorld(WorldFactory.Create(recipe), failing));
            await gate.Reached;
        }
        var run = RunId.Parse("run");
        await using (var host = await RunsHost.StartAsync(directory, judges: new OwnJudges(mended)))
        {
            Task<EvaluatorFree> ReleaseAsync(string version) => Evaluations(host).Ask<EvaluatorFree>(
                new ForEvaluations(run, new ReleaseEvaluator("nosy", version, "alice")), RunsHost.Patience);

            var (other, first, again) = (await ReleaseAsync("9"), await ReleaseAsync("1.0.0"), await ReleaseAsync("1.0.0"));
            Assert.Equal((false, true, false), (other.Released, first.Released, again.Released));
            await host.TrainAsync("run", recipe, new JudgedWorld(WorldFactory.Create(recipe), mended));

            var events = host.Read("run").Evaluations().Select(read => read.Event).ToList();
            Assert.Equal(new EvaluatorReleased("nosy", "1.0.0", "alice"), Assert.Single(events.OfType<EvaluatorReleased>()));
            Assert.Equal([5, 6], events.OfType<EvaluationCompleted>().Select(completed => completed.Step));
        }
        AssertLiesAreFound(directory, run);
    }

    /// <summary>Another version is said to have been released, or nothing is said.</summary>
    static void AssertLiesAreFound(string directory, RunId run)
    {
        using var other = new Forgery(directory, run);
        using var silent = new Forgery(directory, run);
        Assert.Null(other.Audit().FirstBad);
        var released = other.Evaluations().Single(read => read.Event is EvaluatorReleased);

        other.Lie(released, (EvaluatorReleased fact) => fact with { Version = "9" });
        silent.Remove(released);

        Assert.Equal((run.EvaluationStream, released.Sequence, "the evaluator nosy 9 was not in quarantine"), Found(other));
        var asked = silent.Evaluations().First(read => read.Event is EvaluationCompleted);
        Assert.Equal(
            (run.EvaluationStream, asked.Sequence, "the evaluator nosy 1.0.0 was in quarantine, and no event says that anybody ended that"),
            Found(silent));
    }

    static (string?, long?, string?) Found(Forgery copy) =>
        copy.Audit().FirstBad is { } found ? (found.Stream, found.Sequence, found.Detail) : default;

    static ActorSelection Evaluations(RunsHost host) => host.System.ActorSelection("/user/evaluations");

    static async Task<IReadOnlyList<Log.Events.IEvent>> EvaluateAsync(IReadOnlyList<IEvaluator> evaluators)
    {
        var recipe = Some.Recipe();
        await using var host = await RunsHost.StartAsync(judges: new OwnJudges(evaluators));
        var run = await host.TrainAsync("run", recipe, new JudgedWorld(WorldFactory.Create(recipe), evaluators));
        return [.. run.Evaluations().Select(read => read.Event)];
    }

    /// <summary>Counts what it is given besides the texts.</summary>
    sealed class Nosy(string id, EvaluatorNeeds needs) : IEvaluator
    {
        public string Id => id;
        public string Version { get; init; } = "1.0.0";
        public string Summary => "of a test";
        public bool Throws { get; init; }
        public EvaluatorNeeds Needs => needs;
        public IReadOnlyList<Metric> Metrics { get; } = [new Metric("given", MetricDirection.None, MetricRole.Heldout, "What was given.")];

        public IReadOnlyList<ItemResult> Score(IReadOnlyList<EvaluationItem> items) => Throws
            ? throw new InvalidOperationException("no idea")
            : [.. items.Select(item => new ScoredItem(item.Id, Given(item)))];

        static Dictionary<string, Score> Given(EvaluationItem item) =>
            new()
            {
                ["given"] = new(new object?[] { item.LogProbs, item.Scores, item.Kl, item.OtherCompletion }.Count(one => one is not null)),
            };
    }
}
