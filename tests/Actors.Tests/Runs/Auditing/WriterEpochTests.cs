using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>Writers are numbered from 1, and each later one says in the log that it goes on.</summary>
public sealed class WriterEpochTests(ToldRun told) : IClassFixture<ToldRun>
{
    static readonly string s_training = ToldRun.Id.TrainingStream, s_evaluations = ToldRun.Id.EvaluationStream;

    public static TheoryData<int> Instances => [.. Enumerable.Range(0, 10)];

    /// <summary>Another writer from some event on, and the evaluations of its time gone.</summary>
    [Theory, MemberData(nameof(Instances))]
    public void Audit_EvaluationsRemovedAndAnotherWriterInvented_IsFoundWhereTheWriterChanges(int instance)
    {
        using var copy = told.Copy();
        var (random, training) = (new Draws(instance), copy.Training());
        var from = training[1 + random.Next(training.Length - 1)].Sequence;
        copy.SetEpochs(s_training, read => read.Sequence >= from ? 2 : 1);
        var first = copy.Evaluations().FirstOrDefault(read =>
            read.Event is RolloutCollected { Source: { } source } && source.Sequence >= from);
        if (first is not null) copy.CutFrom(s_evaluations, first.Sequence);

        var found = copy.Audit().FirstBad;

        Assert.Equal((s_training, from, AuditFindingKind.Altered), (found?.Stream, found?.Sequence, found?.Kind));
    }

    /// <summary>A number that no writer there can have, from some event of either stream on.</summary>
    [Theory, MemberData(nameof(Instances))]
    public void Audit_WriterWithANumberThatCannotBe_IsFoundWhereItChanges(int instance)
    {
        using var copy = told.Copy();
        var random = new Draws(instance);
        var stream = instance % 2 == 0 ? s_training : s_evaluations;
        var from = 1 + random.Next(copy.Events(stream).Length);
        var number = (from == 1 ? 2 : 3) + random.Next(7);
        copy.SetEpochs(stream, read => read.Sequence >= from ? number : 1);

        var found = copy.Audit().FirstBad;

        Assert.Equal((stream, from, AuditFindingKind.Altered), (found?.Stream, found?.Sequence, found?.Kind));
        Assert.Equal($"its writer is number {number}, {(from == 1 ? "a stream begins with number 1" : "after number 1")}", found!.Detail);
    }

    /// <summary>An insider who also invents the event of the restart has changed nothing of what is due.</summary>
    [Fact]
    public void Audit_EvaluationsRemovedBehindAnInventedRestart_AreMissing()
    {
        using var copy = told.Copy();
        var training = copy.Training();
        var at = training.Single(read => read.Event is RolloutCollected { Step: 2 });
        copy.CutFrom(s_training, at.Sequence);
        copy.CutFrom(s_evaluations, copy.Evaluations().First(read => EventSteps.Of(read.Event) > 0).Sequence);
        var before = training[(int)at.Sequence - 2];
        var weights = ((PolicyUpdated)training.Single(read => read.Event is PolicyUpdated { Step: 1 }).Event).Weights;
        copy.Append(s_training, before.Hash, before.Sequence, (at.Envelope with { WriterEpoch = 2 }).ToBytes(),
            [
                new RunRecovered("exact", 1, 0, weights, "the host was started again"),
                .. training.Skip((int)at.Sequence - 1).Select(read => read.Event),
            ]);
        copy.Finish();

        var found = copy.Audit().FirstBad;

        Assert.Equal((s_evaluations, AuditFindingKind.Truncated), (found?.Stream, found?.Kind));
        Assert.Contains("the evaluation after step 2", found!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(1, 3)]
    public void Audit_EvaluationsByAWriterThatCannotBe_AreAltered(int first, int later)
    {
        using var copy = told.Copy();
        var second = copy.Evaluations().Where(read => read.Event is RolloutCollected).ElementAt(1).Sequence;
        copy.SetEpochs(s_evaluations, read => read.Sequence >= second ? later : first);

        var found = copy.Audit().FirstBad;

        Assert.Equal((s_evaluations, first == 1 ? second : 1, AuditFindingKind.Altered), (found?.Stream, found?.Sequence, found?.Kind));
    }

    [Fact]
    public void Audit_WriterWithinAnEvaluationThatIsStoredAsAWhole_IsAltered()
    {
        using var copy = told.Copy();
        copy.SetEpochs(s_evaluations, read => read.Sequence >= 3 ? 2 : 1);

        var found = copy.Audit().FirstBad;

        Assert.Equal((s_evaluations, 3, AuditFindingKind.Altered), (found?.Stream, found?.Sequence, found?.Kind));
    }

    /// <summary>Hosts that end in SFT, twice, and in a step: each later writer has its event, and nothing is wrong.</summary>
    [Fact]
    public async Task Audit_HostsThatEndedInAStageAndInAStep_RaiseNoAlarmAndEachHasItsEvent()
    {
        var directory = Temporary.NewDirectory();
        foreach (var step in (int[])[25, 50])
        {
            using var gate = new ManualResetEventSlim();
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var host = await RunsHost.StartAsync(directory);
            var shutdown = Akka.Actor.CoordinatedShutdown.Get(host.System);
            shutdown.AddTask(Akka.Actor.CoordinatedShutdown.PhaseActorSystemTerminate, "open the gate", () =>
            {
                gate.Set();
                return Task.FromResult(Akka.Done.Instance);
            });
            await host.LaunchAsync("told", ToldRun.Recipe, new HeldUpDemonstrations(step, () =>
            {
                reached.TrySetResult();
                gate.Wait();
            }));
            await reached.Task.WaitAsync(RunsHost.Patience);
        }
        var inAStep = new Gate(step: 3, "told");
        await using (var host = await RunsHost.StartAsync(directory, pool => new GatedChildren(pool, inAStep)))
        {
            await host.LaunchAsync("told", ToldRun.Recipe);
            await inAStep.Reached;
            inAStep.OpenAtDisposal(host);
        }
        await using (var host = await RunsHost.StartAsync(directory))
        {
            var news = host.News(ToldRun.Id);
            await host.LaunchAsync("told", ToldRun.Recipe);
            Assert.Equal(RunStatus.Completed, (await news.NextAsync<RunEnded>()).View.State.Status);
            var events = host.Read("told").Training().ToArray();
            Assert.Equal([2, 3, 4], events.Where(read => read.Event is RunRecovered).Select(read => read.Envelope.WriterEpoch));
            Assert.Equal(4, events[^1].Envelope.WriterEpoch);
        }
        using var copy = new Forgery(directory, ToldRun.Id);
        Assert.Null(copy.Audit().FirstBad);
        Assert.Null(await copy.RecomputeAllAsync());
    }

    sealed class HeldUpDemonstrations(int at, Action reached) : ChangedWorld(Worlds.WorldFactory.Create(ToldRun.Recipe))
    {
        public override IReadOnlyList<Models.Data.TokenSequence> Demonstrations(int step)
        {
            if (step == at) reached();
            return base.Demonstrations(step);
        }
    }
}
