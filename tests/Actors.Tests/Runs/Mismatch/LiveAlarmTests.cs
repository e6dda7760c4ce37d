using System.Text.Json;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Tests.Runs.Auditing;
using ActorRlhf.Actors.Tests.Runs.Witnessing;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Tests.Runs.Mismatch;

/// <summary>The alarm of runs that go on: raised by real evaluations of a real policy.</summary>
public sealed class LiveAlarmTests(AlarmedRun alarmed) : IClassFixture<AlarmedRun>
{
    [Fact]
    public void Record_AlarmRaised_StandsOnceBehindItsEvaluationAndTheRunGoesOn()
    {
        var events = alarmed.Run.Evaluations().Select(read => read.Event).ToArray();

        var at = Array.FindIndex(events, fact => fact is MismatchDetected);
        Assert.Equal(AlarmedRun.RaisedAt, ((MismatchDetected)events[at]).Step);
        Assert.Equal(AlarmedRun.RaisedAt, events[..at].OfType<RolloutCollected>().Last().Step);
        Assert.Equal(RunStatus.Completed, alarmed.Run.State.Status);
        Assert.Equal(24, alarmed.Run.State.Step);
        var detected = alarmed.Detected;
        Assert.Equal((100, LengthBudget.Series, 0, AlarmedRun.RaisedAt),
            (detected.Threshold, detected.Series[0].Series, detected.Series[0].Earlier, detected.Series[0].Later));
        Assert.True(detected.Evidence >= detected.Threshold);
        Assert.All(detected.Completions, one => Assert.True(one.After < one.Before));
    }

    [Fact]
    public void Record_AlarmOfTheLog_IsThatOfTheLiveRun()
    {
        var fold = AlarmFold.Of(alarmed.Run, BuiltInEvaluators.MetricsOf);

        Assert.Equal(AlarmedRun.RaisedAt, fold.Steps[fold.Alarm!.Ledger.RaisedAt!.Value]);
        Assert.Equal([0, 6, 12, 18, 24], fold.Steps);
    }

    [Theory]
    [InlineData("evidence")]
    [InlineData("series")]
    public void Audit_AlarmThatNobodyRaised_IsFound(string what)
    {
        using var copy = new Forgery(alarmed.Directory, AlarmedRun.Id);
        Assert.Null(copy.Audit().FirstBad);
        var read = copy.Evaluations().Single(one => one.Event is MismatchDetected);

        copy.Lie(read, (MismatchDetected told) => what == "evidence"
            ? told with { Evidence = told.Evidence * 2 }
            : told with { Series = [told.Series[0] with { Earlier = 6 }, .. told.Series[1..]] });

        var bad = copy.Audit().FirstBad!;
        Assert.Equal((AuditFindingKind.Arithmetic, read.Sequence), (bad.Kind, bad.Sequence));
        Assert.Contains(what, bad.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_AlarmAtAnEarlierEvaluation_IsFound()
    {
        using var copy = new Forgery(alarmed.Directory, AlarmedRun.Id);
        var read = copy.Evaluations().Single(one => one.Event is MismatchDetected);
        copy.Lie(read, (MismatchDetected told) => told with { Step = 6 });

        Assert.Contains("not about the rollout before it", copy.Audit().FirstBad!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pause_AlarmRaised_WaitsForAPersonOnceAndEndsWithTheSameTrajectory()
    {
        await using var host = await RunsHost.StartAsync();
        var news = host.News(AlarmedRun.Id);
        await host.LaunchAsync(AlarmedRun.Name, AlarmedRun.Recipe("evaluation.onMismatch=pause"));
        var paused = await news.NextAsync<RunEnded>();
        await host.AskAsync(AlarmedRun.Name, new ResumeRun("alice"));
        var ended = await news.NextAsync<RunEnded>();

        Assert.Equal((RunStatus.Paused, AlarmedRun.RaisedAt), (paused.View.State.Status, paused.View.State.Step));
        Assert.StartsWith(
            "mismatch: heldout/length-budget fell between steps 0 and 12", paused.View.State.Reason, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Completed, alarmed.Run.Trajectory), (ended.View.State.Status, ended.View.Trajectory));
        Assert.Single(host.Read(AlarmedRun.Name).Training(), read => read.Event is RunPaused);
    }

    [Fact]
    public async Task Webhook_RunThatPausesAndGoesOn_IsSentTheAlarmOnceWithItsTokenAndTheStepToTake()
    {
        await using var receiver = await WitnessReceiver.StartAsync();
        var token = Path.Combine(Temporary.NewDirectory(), "token");
        await File.WriteAllTextAsync(token, "secret\n");
        var (recipe, directory) = (AlarmedRun.Recipe(
            "evaluation.onMismatch=pause", $"evaluation.webhook={receiver.Url}", $"evaluation.webhookTokenFile={token}"), "");
        await using (var host = await RunsHost.StartAsync())
        {
            directory = host.Directory;
            var news = host.News(AlarmedRun.Id);
            await host.LaunchAsync(AlarmedRun.Name, recipe);
            await news.NextAsync<RunEnded>();
        }
        // The next host looks at the evaluation of the step at which the run was paused again.
        await using (var host = await RunsHost.StartAsync(directory))
        {
            var news = host.News(AlarmedRun.Id);
            await host.LaunchAsync(AlarmedRun.Name, recipe);
            await host.AskAsync(AlarmedRun.Name, new ResumeRun("alice"));
            Assert.Equal(alarmed.Run.Trajectory, (await news.NextAsync<RunEnded>(end => end.View.State.IsTerminal)).View.Trajectory);
        }

        var request = Assert.Single(receiver.Rest());
        var (said, detected) = (JsonDocument.Parse(request.Body).RootElement, alarmed.Detected);
        Assert.Equal(("application/json", "Bearer secret"), (request.ContentType, request.Authorization));
        Assert.Equal(
            ("mismatch.detected", AlarmedRun.Name, detected.Step, detected.Evidence, detected.Best, $"run:run@{detected.Best}"),
            (said.GetProperty("event").GetString(), said.GetProperty("run").GetString(), said.GetProperty("step").GetInt32(),
                said.GetProperty("evidence").GetDouble(), said.GetProperty("best").GetInt32(), said.GetProperty("model").GetString()));
        Assert.Equal(detected.Series[0].Series, said.GetProperty("series")[0].GetProperty("series").GetString());
    }

    [Fact]
    public async Task Webhook_NobodyAnswersThere_IsAWarningAndTheRunEndsAsItDoesWithoutIt()
    {
        await using var host = await RunsHost.StartAsync();
        var news = host.News(AlarmedRun.Id);
        await host.LaunchAsync(AlarmedRun.Name, AlarmedRun.Recipe("evaluation.webhook=http://127.0.0.1:1/nobody"));

        RunNotTold? told = null;
        RunEnded? ended = null;
        while (told is null || ended is null)
            switch (await news.NextAsync<RunNews>(one => one is RunNotTold or RunEnded))
            {
                case RunNotTold one: told ??= one; break;
                case RunEnded one: ended = one; break;
            }

        Assert.Equal(("the webhook http://127.0.0.1:1/nobody", true), (told.Whom, told.IsTriedAgain));
        Assert.Equal((RunStatus.Completed, alarmed.Run.Trajectory), (ended.View.State.Status, ended.View.Trajectory));
    }

    [Fact]
    public async Task Pause_NextHostGoesOn_DoesNotPauseAgain()
    {
        string directory;
        await using (var first = await RunsHost.StartAsync())
        {
            directory = first.Directory;
            var stopped = first.News(AlarmedRun.Id);
            await first.LaunchAsync(AlarmedRun.Name, AlarmedRun.Recipe("evaluation.onMismatch=pause"));
            await stopped.NextAsync<RunEnded>();
        }
        await using var second = await RunsHost.StartAsync(directory);
        var news = second.News(AlarmedRun.Id);
        await second.LaunchAsync(AlarmedRun.Name, AlarmedRun.Recipe("evaluation.onMismatch=pause"));
        await second.AskAsync(AlarmedRun.Name, new ResumeRun("alice"));
        var ended = await news.NextAsync<RunEnded>();

        Assert.Equal((RunStatus.Completed, alarmed.Run.Trajectory), (ended.View.State.Status, ended.View.Trajectory));
        Assert.Single(second.Read(AlarmedRun.Name).Evaluations(), read => read.Event is MismatchDetected);
    }

    /// <summary>The evaluation and its alarm are stored, and the host dies before the run is paused.</summary>
    [Fact]
    public async Task Pause_HostDiesBeforeIt_TheNextOnePauses()
    {
        var directory = Temporary.NewDirectory();
        await using (var first = await RunsHost.StartAsync(directory))
        {
            var stopped = first.News(AlarmedRun.Id);
            await first.LaunchAsync(AlarmedRun.Name, AlarmedRun.Recipe("evaluation.onMismatch=pause"));
            await stopped.NextAsync<RunEnded>();
        }
        using (var copy = new Forgery(directory, AlarmedRun.Id))
        {
            var pause = copy.Training().Single(read => read.Event is RunPaused);
            copy.CutFrom(AlarmedRun.Id.TrainingStream, pause.Sequence);
            await using var second = await RunsHost.StartAsync(copy.Data.Path);
            var news = second.News(AlarmedRun.Id);
            await second.LaunchAsync(AlarmedRun.Name, AlarmedRun.Recipe("evaluation.onMismatch=pause"));
            var ended = await news.NextAsync<RunEnded>();

            Assert.Equal((RunStatus.Paused, AlarmedRun.RaisedAt), (ended.View.State.Status, ended.View.State.Step));
        }
    }

    [Fact]
    public async Task StopAndKeepBest_AlarmRaised_EndsTheRunAndNamesTheStepToTake()
    {
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync(AlarmedRun.Name, AlarmedRun.Recipe("evaluation.onMismatch=stop-and-keep-best"));

        Assert.Equal((RunStatus.Stopped, AlarmedRun.RaisedAt), (run.State.Status, run.State.Step));
        Assert.EndsWith($"the step to take is {alarmed.Detected.Best} (run:run@{alarmed.Detected.Best})", run.State.Reason,
            StringComparison.Ordinal);
        Assert.Null(RunAudit.Of(host.Data.Store, run.Id, null).FirstBad);
    }

    /// <summary>What a fork evaluates anew takes its parent's place, while it goes on and in its log.</summary>
    [Fact]
    public async Task Fork_EvaluatesTheSharedStepAnew_HasTheAlarmOfItsLog()
    {
        using var copy = new Forgery(alarmed.Directory, AlarmedRun.Id);
        await using var host = await RunsHost.StartAsync(copy.Data.Path);
        var recipe = AlarmedRun.Recipe("sampling.temperature=0.9");

        var fork = await host.TrainAsync("fork", recipe, fork: await host.LeaveAsync(host.Read(AlarmedRun.Name), 6, recipe));

        var events = fork.Evaluations().Where(fork.Owns).ToArray();
        var told = events.SingleOrDefault(read => read.Event is MismatchDetected);
        var fold = AlarmFold.Of(fork, BuiltInEvaluators.MetricsOf);
        Assert.Equal(fold.Alarm!.Ledger.RaisedAt is { } at ? fold.Steps[at] : null, (told?.Event as MismatchDetected)?.Step);
        Assert.Equal([0, 6, 12, 18, 24], fold.Steps);
        Assert.Null(RunAudit.Of(host.Data.Store, fork.Id, null).FirstBad);
    }

    [Fact]
    public async Task Record_WatchThatCannotRead_IsSilentAndTheRunCompletes()
    {
        await using var host = await RunsHost.StartAsync(judges: new Unreadable());
        var run = await host.TrainAsync(AlarmedRun.Name, AlarmedRun.Recipe());

        Assert.Equal((RunStatus.Completed, alarmed.Run.Trajectory), (run.State.Status, run.Trajectory));
        Assert.DoesNotContain(run.Evaluations(), read => read.Event is MismatchDetected);
    }

    /// <summary>Judges as usual, and fails whoever asks what a metric means.</summary>
    sealed class Unreadable : IJudges
    {
        readonly BuiltInJudges _known = new();

        public IReadOnlyList<Metric>? MetricsOf(string evaluator, string version) => throw new InvalidOperationException("no idea");

        public IJudge? Find(EvaluatorDescription evaluator) => _known.Find(evaluator);
    }
}
