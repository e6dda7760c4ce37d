using System.Globalization;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Actors.Tests.Journal;

namespace ActorRlhf.Actors.Tests.Runs.Replaying;

public sealed class RunReplayTests
{
    /// <summary>A run with a step of every kind: 1 applied, 2 skipped, 3 rolled back to the checkpoint of 1, 4 applied.</summary>
    static IEvent[] Script(RunStarted? started = null) =>
    [
        started ?? RunFacts.Of(Some.Recipe()), Some.Stage("world"), Some.Stage("sft", "sft"), Some.Stage("preferences"),
        Some.Member(0, "member"), Some.Stage("reward-models"),
        new RunPaused("a person"), new RunResumed("a person", null),
        .. Applied(1, 0.06), Some.Checkpoint(1), .. Some.Step(2, 0.07)[..3], new StepSkipped(2, "scores (constant)", "skip"),
        new StepRolledBack(3, "logits", "rollback", 1, Some.Hash("policy 1")), .. Applied(4, 0.08), Some.Checkpoint(4),
    ];

    static IEvent[] Applied(int step, double coefficient)
    {
        var events = Some.Step(step, coefficient);
        return [.. events[..3], (PolicyUpdated)events[3] with { Minibatches = [new MinibatchUpdated(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)] }];
    }

    static IEvent[] Completed(params IEvent[] history) => [.. history, .. Run.Decide(Some.State(history), new CompleteRun(4)).Events];

    static IEvent[] Evaluation(int step, double gold) =>
    [
        new RolloutCollected(
            step, "heldout:pocket", Some.Hash("policy"), Some.Hash("rollout"),
            new IntegerColumn([5, 7]), new IntegerColumn([0, 0]), s_source),
        new RewardScored(
            step, "heldout:pocket", 1, new DoubleColumn([step, step]), "mean", 0, new DoubleColumn([step, step]), [], s_source),
        new KlMeasured(
            step, "heldout:pocket", new DoubleColumn([step * step, step * step]), new DoubleColumn([0, 0]),
            0, 0, "k1", 0, 0, s_source),
        new EvaluationCompleted(
            step, "heldout:pocket", "pocket-gold", "1", Some.Hash("gold"), true, Some.Hash("rollout"), 2,
            [new MetricAggregate("pocket-gold", gold, 0.1, 2, 0)], Some.Hash("items"), s_source),
    ];

    static readonly StreamHead s_source = new(1, Some.Hash("source"));

    [Fact]
    public async Task Of_TrainedRun_IsWhatTheRecordSaysAndEqualsRunCompleted()
    {
        await using var host = await RunsHost.StartAsync();
        var record = await host.TrainAsync("run", Some.Recipe());

        var replay = RunReplay.Of(host.Streams("run"));

        Assert.True(replay.EqualsCompleted);
        Assert.Equal((record.Head, record.Trajectory, record.State.Hash()), (replay.Head, replay.Trajectory, replay.State.Hash()));
        Assert.Equal(record.HeldoutPoints(), replay.Curve);
        Assert.Equal(StepMetrics.Of(record).Last().Values, replay.LastMetrics!.Values);
        Assert.Equal(record.Training().Count() + record.Evaluations().Count(), replay.Events);
        Assert.Equal(DiskUse.Of(record).EventBytes, replay.Bytes);
    }

    [Theory]
    [InlineData(0, 6)]
    [InlineData(1, 12)]
    [InlineData(2, 17)]
    [InlineData(3, 18)]
    [InlineData(4, 22)]
    [InlineData(null, 24)]
    public async Task Of_AtAStep_IsTheStateRightAfterItsLastEvent(int? step, int events)
    {
        var script = Completed(Script());
        var streams = await StoreAsync(script);

        var replay = RunReplay.Of(streams, step);

        Assert.Equal((events, events), ((int)replay.Head.Sequence, (int)replay.Events));
        Assert.Equal(Some.State(script[..events]).ToCanonicalJson(), replay.State.ToCanonicalJson());
        Assert.Equal(step ?? 4, replay.State.Step);
        Assert.Equal(step is null, replay.EqualsCompleted);
    }

    [Fact]
    public async Task Of_AtAStep_MetricsAndCurveEndThere()
    {
        // The evaluation of step 1 was filled in after that of step 4.
        var streams = await StoreAsync(Script(), [.. Evaluation(0, 0.1), .. Evaluation(4, 0.4), .. Evaluation(1, 0.3)]);

        var early = RunReplay.Of(streams, 2);
        var late = RunReplay.Of(streams);

        Assert.Equal([new HeldoutPoint(0, 0, 0.1, 0, 6), new HeldoutPoint(1, 1, 0.3, 1, 6)], early.Curve);
        Assert.Equal((2, 1), (early.LastMetrics!.Step, early.LastEvaluation!.Step));
        Assert.Equal(0.3, early.LastEvaluation.Values["objective/gold"]);
        Assert.DoesNotContain("objective/gold", early.LastMetrics.Values.Keys);
        Assert.Equal([0, 1, 4], late.Curve.Select(point => point.Step));
        var values = late.LastMetrics!.Values;
        Assert.Equal(
            (4, 0.4, 0.15),
            (late.LastMetrics.Step, values["objective/gold"], Math.Round(values["objective/kl"], 12)));
    }

    [Theory]
    [InlineData(24, 5, "ends after step 4; expected 0 to 4")]
    [InlineData(9, 1, "has no step of RL yet; expected 0 to 0")]
    [InlineData(4, 0, "expected no step until the stages before RL are done")]
    public async Task Of_AStepThatIsNotLogged_SaysWhichThereAre(int events, int step, string said)
    {
        var streams = await StoreAsync([.. Script().Take(events)]);
        var missing = Assert.Throws<StepNotLoggedException>(() => RunReplay.Of(streams, step));
        Assert.Equal(step, missing.Step);
        Assert.Contains(said, missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_CompletedInAnotherState_Throws()
    {
        var streams = await StoreAsync([.. Script(), new RunCompleted(4, Some.Hash("policy 4"), Some.Hash("another state"))]);
        var mismatch = Assert.Throws<StateMismatchException>(() => RunReplay.Of(streams));
        Assert.Equal(Some.Hash("another state"), mismatch.Completed);
        // Up to the last step nothing speaks against it.
        Assert.Equal(4, RunReplay.Of(streams, 4).State.Step);
    }

    [Theory]
    [InlineData("run-x", 3)]
    [InlineData("run-x-evaluations", 2)]
    public async Task Of_AlteredStream_Throws(string stream, long sequence)
    {
        var streams = await StoreAsync(
            Script(),
            Evaluation(0, 0.1),
            $"UPDATE journal SET manifest = 'run.paused/1' WHERE persistence_id = '{stream}' AND sequence_number = {sequence}");
        var broken = Assert.Throws<BrokenChainException>(() => RunReplay.Of(streams));
        Assert.Equal((stream, sequence), (broken.Stream, broken.Sequence));
    }

    [Fact]
    public async Task Of_InAnotherCultureAndOnSeveralThreadsAtOnce_GivesTheSameBytes()
    {
        var streams = await StoreAsync(Completed(Script()), Evaluation(0, -0.25));
        var expected = RunReplay.Of(streams).State.ToCanonicalJson();
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (commas.NumberFormat.NumberDecimalSeparator, commas.NumberFormat.NegativeSign) = (",", "−");

        var replays = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            CultureInfo.CurrentCulture = i % 2 == 0 ? commas : CultureInfo.InvariantCulture;
            return RunReplay.Of(streams).State.ToCanonicalJson();
        })));

        Assert.All(replays, bytes => Assert.Equal(expected, bytes));
    }

    /// <summary>Stores a run's streams through the journal, and perhaps changes them behind its back.</summary>
    static async Task<RunStreams> StoreAsync(IEvent[] training, IEvent[]? evaluations = null, string? tampering = null)
    {
        var directory = Temporary.NewDirectory();
        await using (var host = await JournalHost.StartAsync(Path.Combine(directory, DataDirectory.JournalName)))
        {
            await host.StoreAsync(host.Stream("run-x", catalogue: EventCatalogue.Known), training);
            if (evaluations is not null)
                await host.StoreAsync(host.Stream("run-x-evaluations", catalogue: EventCatalogue.Known), evaluations);
        }
        if (tampering is not null) Assert.Equal(1, JournalHost.Tamper(Path.Combine(directory, DataDirectory.JournalName), tampering));
        return new RunReader(DataDirectory.OpenForReading(directory).Store).Streams(RunId.Parse("x"));
    }
}
