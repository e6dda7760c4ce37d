using ActorRlhf.Actors.Live.Evaluations;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Runs;
using ActorRlhf.Actors.Tests.Runs.Auditing;
using ActorRlhf.Evaluation.Contract;
using Akka.Actor;
using Some = ActorRlhf.Actors.Tests.Runs.Some;

namespace ActorRlhf.Actors.Tests.Evaluations;

/// <summary>What policies of a run did of benchmarks, in its log.</summary>
public sealed class BenchmarkTests
{
    static readonly RunId s_run = RunId.Parse("run");

    [Fact]
    public async Task Record_AskedOnceAndAgain_IsOneEventThatNamesItsFilesAndWhoAsked()
    {
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync("run", Some.Recipe());

        var recorded = await RecordAsync(host, Done(run, 1));
        var again = await RecordAsync(host, Done(run, 1) with { Rows = [Right(0)] });
        var later = await RecordAsync(host, Done(run, 2));

        Assert.Equal(recorded, again);
        Assert.Equal((1, 3, 2), (recorded.Step, recorded.Items, later.Step));
        Assert.Equal([("acc", .5, 2, 1)], recorded.Aggregates.Select(one => (one.Metric, one.Mean, one.Count, one.Failed)));
        var events = host.Read("run").Evaluations().Where(read => read.Event is BenchmarkCompleted).ToArray();
        Assert.Equal([1, 2], events.Select(read => ((BenchmarkCompleted)read.Event).Step));
        Assert.All(events, read => Assert.Equal(("alice", 2.0), (read.Envelope.Who, read.Envelope.DurationSeconds)));
        Assert.Equal("questions"u8.ToArray(), run.Artefacts.Read(recorded.Questions).ToArray());
        Assert.Equal(["to be", null, null],
            JsonLines.Read<BenchmarkRow>(run.Artefacts.Read(recorded.Artefact)).Select(row => row.Completion));
        Assert.Null(RunAudit.Of(host.Data.Store, s_run).FirstBad);
        var tally = new RunTally(host.Read("run"));
        Assert.True(tally.TryUpdate());
        Assert.Equal([recorded.Artefact, later.Artefact], tally.Benchmarks.Select(one => one.Artefact));
        // It is no evaluation of the run's own: nothing that reads those takes it for one.
        Assert.Equal(run.Trajectory, host.Read("run").Trajectory);
        Assert.Equal(run.HeldoutPoints(), host.Read("run").HeldoutPoints());
    }

    [Fact]
    public async Task Audit_WhatTheLogSaysOfABenchmarkIsALie_IsFound()
    {
        var directory = Temporary.NewDirectory();
        await using (var host = await RunsHost.StartAsync(directory))
        {
            var run = await host.TrainAsync("run", Some.Recipe());
            await RecordAsync(host, Done(run, 1));
            await RecordAsync(host, Done(run, 2));
        }

        Told("policy is", (first, _) => first with { Policy = Some.Hash("another") });
        Told("step is 2, the training stream was at step 1 there", (first, _) => first with { Step = 2 });
        Told("4 items in the event and 3", (first, _) => first with { Items = 4 });
        Told("Aggregates", (first, _) => first with { Aggregates = [first.Aggregates[0] with { Mean = .9 }] });
        Told("the same was asked of this step before", (_, second) => second);

        void Told(string what, Func<BenchmarkCompleted, BenchmarkCompleted, BenchmarkCompleted> lie)
        {
            using var copy = new Forgery(directory, s_run);
            Assert.Null(copy.Audit().FirstBad);
            var (first, second) = (copy.Evaluations()[^2], copy.Evaluations()[^1]);
            copy.Lie(first, (BenchmarkCompleted told) => lie(told, (BenchmarkCompleted)second.Event));
            Assert.Contains(what, copy.Audit().FirstBad?.Detail, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Record_RowsLackAMetric_IsSaidAndNothingIsThere()
    {
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync("run", Some.Recipe());
        var before = run.EvaluationHead;

        var reply = await AskAsync(host, Done(run, 1) with { Metrics = ["acc", "other"] });

        Assert.Contains("other", EvaluationsLost.Why(reply), StringComparison.Ordinal);
        Assert.Equal(before, host.Read("run").EvaluationHead);
    }

    [Fact]
    public async Task Record_RunWasDeletedMeanwhile_IsRefusedAndLeavesNothing()
    {
        await using var host = await RunsHost.StartAsync();
        var done = Done(await host.TrainAsync("run", Some.Recipe()), 1);
        RunDeletion.Delete(host.Data.Store, s_run, force: false, "a test", TimeProvider.System);

        var reply = await AskAsync(host, done);

        Assert.Contains("it was deleted meanwhile", EvaluationsLost.Why(reply), StringComparison.Ordinal);
        Assert.Empty(host.Data.Store.Journal.Read(s_run.EvaluationStream));
    }

    [Fact]
    public async Task Audit_ParentOfAForkRecordedALaterStepAndThenASharedOne_BothAreSound()
    {
        var directory = Temporary.NewDirectory();
        await using (var first = await RunsHost.StartAsync(directory))
        {
            var run = await first.TrainAsync("run", Some.Recipe());
            await first.TrainAsync("fork", Some.Recipe(), fork: await first.LeaveAsync(run, 1, Some.Recipe()));
        }
        await using (var second = await RunsHost.StartAsync(directory)) await RecordAsync(second, Done(second.Read("run"), 2));
        await using var third = await RunsHost.StartAsync(directory);
        await RecordAsync(third, Done(third.Read("run"), 1));

        Assert.Null(RunAudit.Of(third.Data.Store, s_run).FirstBad);
        Assert.Null(RunAudit.Of(third.Data.Store, RunId.Parse("fork")).FirstBad);
        Assert.Equal([1], third.Read("fork").Evaluations().Select(read => read.Event).OfType<BenchmarkCompleted>().Select(one => one.Step));
    }

    static BenchmarkDone Done(RunRecord run, int step)
    {
        var point = run.After(step)!;
        return new BenchmarkDone(
            step, "multiple-choice", "1.0.0", "format=text", point.State.Weights!.Value, point.Head, "questions"u8.ToArray(), null, ["acc"],
            [Right(0) with { Completion = "to be" }, new BenchmarkRow(1, null, [-2, -1], Scores(0), null),
                new BenchmarkRow(2, null, null, null, "no room")],
            TimeSpan.FromSeconds(2));
    }

    static BenchmarkRow Right(int index) => new(index, null, [-1, -2], Scores(1), null);

    static Dictionary<string, Score> Scores(double acc) => new() { ["acc"] = new Score(acc) };

    static async Task<BenchmarkCompleted> RecordAsync(RunsHost host, BenchmarkDone done) =>
        Assert.IsType<BenchmarkRecorded>(await AskAsync(host, done)).Benchmark;

    static Task<object> AskAsync(RunsHost host, BenchmarkDone done) => host.System.ActorSelection("/user/evaluations")
        .Ask<object>(new ForEvaluations(s_run, new RecordBenchmark(done, "alice")), RunsHost.Patience);
}
