using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Runs;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Npgsql;
using Some = ActorRlhf.Actors.Tests.Runs.Some;

namespace ActorRlhf.Actors.Tests.Storage;

/// <summary>Whole runs with their journal in PostgreSQL, also when the server goes away.</summary>
public sealed class PostgresRunTests
{
    [PostgresFact]
    public async Task Train_Undisturbed_EndsAsOnSqliteWithASoundLog()
    {
        await using var host = await RunsHost.StartAsync(Stores.Make(StoreKind.Postgres));
        var run = await host.TrainAsync("run", Some.Recipe());
        await AssertSoundAsync(host, run);
    }

    [PostgresFact]
    public async Task Train_ServerIsStoppedAndStartedAgain_PausesGoesOnAndLosesNothing()
    {
        using var server = new PostgresServer();
        var directory = Temporary.NewDirectory();
        DataDirectory.OpenForWriting(directory, TimeProvider.System, server.NewDatabase()).Dispose();
        var gate = new Gate(step: 3);
        await using var host = await RunsHost.StartAsync(directory, pool => new GatedChildren(pool, gate));
        // As a long-lived host, whose connections are cut, too.
        using var held = host.Data.Store.Journal.Hold();
        var readiness = new TestKit(host.System).CreateTestProbe();
        host.System.EventStream.Subscribe(readiness, typeof(JournalReadiness));
        var news = host.News(RunId.Parse("run"));
        await host.LaunchAsync("run", Some.Recipe("checkpoint.every=2"));
        await gate.Reached;
        var actor = await host.System.ActorSelection("/user/runs/run").ResolveOne(RunsHost.Patience);
        await readiness.WatchAsync(actor);

        server.Stop();
        gate.Open();
        await readiness.FishForMessageAsync<Terminated>(_ => true, RunsHost.Patience);
        await readiness.FishForMessageAsync<JournalReadiness>(ready => !ready.Ready, RunsHost.Patience);
        server.Start();
        await readiness.FishForMessageAsync<JournalReadiness>(ready => ready.Ready, RunsHost.Patience);
        await news.NextAsync<RunEnded>();

        Assert.Equal(["run"], new RunReader(host.Data.Store).Runs().Select(one => one.Value));
        var run = host.Read("run");
        Assert.Contains("run.recovered/1", run.Training().Select(read => read.Manifest));
        await AssertSoundAsync(host, run);
    }

    [PostgresFact]
    public async Task Train_ConnectionsAreCutAgainAndAgain_LosesNothing()
    {
        var directory = Temporary.NewDirectory();
        // With connections that stay open between two writes, so that there is something to cut.
        var pooled = PostgresServer.Shared.NewDatabase().Replace("Pooling=false", "Pooling=true", StringComparison.Ordinal);
        DataDirectory.OpenForWriting(directory, TimeProvider.System, pooled).Dispose();
        await using var host = await RunsHost.StartAsync(directory);
        var news = host.News(RunId.Parse("run"));
        await host.LaunchAsync("run", Some.Recipe("checkpoint.every=1"));
        var cut = 0;
        for (var cuts = 0; cuts < 3; cuts++)
        {
            await news.NextAsync<StepEnded>();
            cut += Cut(host.Data.Store.Settings.Database.ConnectionString);
        }
        await news.NextAsync<RunEnded>();
        Assert.True(cut > 0, "there was no connection to cut");
        await AssertSoundAsync(host, host.Read("run"));
    }

    static async Task AssertSoundAsync(RunsHost host, RunRecord run)
    {
        var sound = await SoundRun.Of(Some.Recipe());
        Assert.Equal((RunStatus.Completed, sound.Trajectory, sound.Weights), (run.State.Status, run.Trajectory, run.State.Weights));
        Assert.Null(RunAudit.Of(host.Data.Store, run.Id, run.Head).FirstBad);
    }

    /// <summary>As an administrator, a proxy or a network does, in the middle of whatever is under way.</summary>
    static int Cut(string database)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
            connection);
        return (int)(long)command.ExecuteScalar()!;
    }
}
