using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Tests.Journal;
using Akka.Actor;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>A journal that takes nothing, under the settings that the program has: whoever sends a command is told in time.</summary>
public sealed class JournalSilenceTests
{
    /// <summary>Twice the 5 s that are promised: the answer leaves at 4.8 s, and a busy machine takes its time to bring it.</summary>
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    static readonly RunId s_run = RunId.Parse("run");

    [Fact]
    public async Task ForRun_DatabaseIsHeld_EveryCallerIsToldInTimeAndNothingIsStored()
    {
        var gate = new Gate(step: 3);
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        var news = host.News(s_run);
        await host.LaunchAsync("run", Some.Recipe());
        await gate.Reached;
        var (head, actor) = (host.Read("run").Head, await ActorAsync(host));
        using var other = new SqliteConnection(SqliteDatabase.In(host.JournalFile).ConnectionString + ";Pooling=False");
        other.Open();
        object[] replies;
        using (other.BeginTransaction(deferred: false))
        {
            var (first, second) = (PauseAsync(host, "one"), PauseAsync(host, "two"));
            gate.Open();
            await actor.WatchAsync();
            replies = await Task.WhenAll(first, second, PauseAsync(host, "three"));
            Assert.Equal(head, host.Read("run").Head);
        }
        await news.NextAsync<RunEnded>();

        Assert.All(replies, reply => Assert.True(reply is PersistFailed or Rejected, $"{reply}"));
        await AssertSoundAsync(host);
    }

    [Fact]
    public async Task ForRun_RunWaitsToBeStartedAgain_CallersAreToldWhyAndTheCommandIsForgotten()
    {
        var gate = new Gate(step: 3);
        var lives = new Lives(5); // behind the fifth it waits for 6.4 s
        await using var host = await RunsHost.StartAsync(children: pool => lives.Of(new GatedChildren(pool, gate)));
        var news = host.News(s_run);
        await host.LaunchAsync("run", Some.Recipe());
        await gate.Reached;
        JournalHost.Tamper(
            host.JournalFile, "CREATE TRIGGER full BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
        var head = host.Read("run").Head;
        gate.Open();
        await lives.Begun;
        await (await ActorAsync(host)).WatchAsync();

        var launch = host.Runs.Ask<object>(RunsHost.Prepared(s_run.Value, Some.Recipe()), s_patience);
        var pause = await PauseAsync(host, "one");

        Assert.Equal(head, host.Read("run").Head);
        JournalHost.Tamper(host.JournalFile, "DROP TRIGGER full");
        await news.NextAsync<RunEnded>();
        Assert.All([pause, await launch], reply => Assert.Contains(
            "the journal did not take event 19 of run-run: SQLite Error 19: 'the disk is full'",
            Assert.IsType<Rejected>(reply).Reason));
        await AssertSoundAsync(host);
    }

    [Fact]
    public async Task ForRun_ActorIsHeldUpWhileItCloses_CallerIsToldInTimeAndTheCommandIsForgotten()
    {
        var gate = new Gate(step: 3);
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        await host.LaunchAsync("run", Some.Recipe());
        await gate.Reached;
        var (actor, child) = (await ActorAsync(host), await ActorAsync(host, "/rollout"));
        await PauseAsync(host, "one");
        await child.WatchAsync(); // the actor stops as soon as the policy, another child, is through the gate

        var reply = await host.Runs.Ask<object>(new ForRun(s_run, new ResumeRun("test")), s_patience);
        gate.Open();
        await actor.WatchAsync();

        const string reason = "the run has not answered for 4.8 s; unless the journal has the command already, "
            + "which its log will tell, it is not carried out later";
        Assert.Equal(new PersistFailed("run-run", 0, reason), reply);
        Assert.Equal(RunStatus.Paused, Assert.IsType<RunView>(await PauseAsync(host, "two")).State.Status);
    }

    static Task<IActorRef> ActorAsync(RunsHost host, string child = "") =>
        host.System.ActorSelection($"/user/runs/run{child}").ResolveOne(RunsHost.Patience);

    static Task<object> PauseAsync(RunsHost host, string reason) =>
        host.Runs.Ask<object>(new ForRun(s_run, new PauseRun(reason)), s_patience);

    static async Task AssertSoundAsync(RunsHost host)
    {
        var (sound, run) = (await SoundRun.Of(Some.Recipe()), host.Read("run"));
        Assert.Equal((RunStatus.Completed, sound.Trajectory, sound.Weights), (run.State.Status, run.Trajectory, run.State.Weights));
        Assert.DoesNotContain(run.Training(), read => read.Event is RunPaused);
    }

    /// <summary>Counts how often a run's actor was started.</summary>
    sealed class Lives(int awaited)
    {
        readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int _count;

        internal Task Begun => _begun.Task.WaitAsync(RunsHost.Patience);

        internal IRunChildrenFactory Of(IRunChildrenFactory children) => new Counted(this, children);

        void Begin()
        {
            if (++_count == awaited) _begun.TrySetResult();
        }

        sealed class Counted(Lives lives, IRunChildrenFactory children) : IRunChildrenFactory
        {
            public RunChildren Create(IActorRefFactory parent, RunContext run, IActorRef progress)
            {
                lives.Begin();
                return children.Create(parent, run, progress);
            }
        }
    }
}
