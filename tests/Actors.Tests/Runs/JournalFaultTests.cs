using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Tests.Journal;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>A journal that refuses for a while, and one that was changed between two lives.</summary>
public sealed class JournalFaultTests
{
    [Theory]
    // In the middle of the transaction of step 2 (one update is there already) and of step 1,
    // at a checkpoint, at the ends of a stage and of the run, in the other stream.
    [InlineData(
        "policy.updated/1",
        "AND EXISTS (SELECT 1 FROM journal WHERE persistence_id = 'run-run' AND manifest = 'policy.updated/1')")]
    [InlineData("kl.measured/1", "AND NEW.persistence_id = 'run-run'")]
    [InlineData("checkpoint.saved/1", "")]
    [InlineData("reward-model.trained/1", "")]
    [InlineData("run.completed/1", "")]
    [InlineData("evaluation.completed/1", "")]
    public async Task Train_JournalRefusesAnEvent_StopsRecoversAndEndsAsWithoutTheFault(string manifest, string when)
    {
        await using var host = await RunsHost.StartAsync();
        var probe = new TestKit(host.System).CreateTestProbe();
        // The plugin makes its tables when the first stream is read.
        await host.TrainAsync("schema", Some.Recipe("rl.steps=1"));
        JournalHost.Tamper(
            host.JournalFile,
            $"CREATE TRIGGER full BEFORE INSERT ON journal WHEN NEW.manifest = '{manifest}' {when} "
                + "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
        var news = host.News(RunId.Parse("run"));
        await host.LaunchAsync("run", Some.Recipe("checkpoint.every=3"));
        var actor = await host.System.ActorSelection("/user/runs/run").ResolveOne(RunsHost.Patience);

        await probe.WatchAsync(actor);
        await probe.ExpectTerminatedAsync(actor, RunsHost.Patience);
        var left = host.Read("run").Training().Select(read => read.Manifest).ToList();
        JournalHost.Tamper(host.JournalFile, "DROP TRIGGER full");
        await news.NextAsync<RunEnded>();

        // Nothing of the transaction that was refused is there.
        Assert.DoesNotContain(
            left[^1],
            (string[])["rollout.collected/1", "reward.scored/1", "kl.measured/1", "reward-model.trained/1", "preference.labelled/1"]);
        var (sound, run) = (await SoundRun.Of(Some.Recipe()), host.Read("run"));
        Assert.Equal((RunStatus.Completed, sound.Trajectory, sound.Weights), (run.State.Status, run.Trajectory, run.State.Weights));
        Assert.Contains("run.recovered/1", run.Training().Select(read => read.Manifest));
        var reader = new JournalReader(JournalSettings.Sqlite(host.JournalFile), EventCatalogue.Known);
        Assert.Null(reader.VerifyChain("run-run", known: run.Head));
        Assert.Null(reader.VerifyChain("run-run-evaluations"));
    }

    [Fact]
    public async Task Train_ChildIsLostLongAfterAFault_IsNotExplainedByTheFault()
    {
        await using var host = await RunsHost.StartAsync();
        await host.TrainAsync("schema", Some.Recipe("rl.steps=1"));
        JournalHost.Tamper(
            host.JournalFile,
            "CREATE TRIGGER full BEFORE INSERT ON journal WHEN NEW.manifest = 'policy.updated/1' "
                + "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
        var news = host.News(RunId.Parse("run"));
        await host.LaunchAsync("run", Some.Recipe("rl.steps=500", "checkpoint.every=1"));
        await (await ActorAsync()).WatchAsync();
        JournalHost.Tamper(host.JournalFile, "DROP TRIGGER full");
        await news.NextAsync<StepEnded>();

        Rejected? rejected;
        do
        {
            var actor = await ActorAsync();
            host.System.ActorSelection("/user/runs/run/policy").Tell(PoisonPill.Instance);
            await actor.WatchAsync();
            rejected = await host.AskAsync("run", new ResumeRun("test")) as Rejected;
        }
        while (rejected is not { Kind: RejectionKind.StartsAgain }); // asked too late, it is at work again

        Assert.Equal("its actor has stopped and is started again; the log file says why", rejected.Reason);

        Task<IActorRef> ActorAsync() => host.System.ActorSelection("/user/runs/run").ResolveOne(RunsHost.Patience);
    }

    [Fact]
    public async Task Train_ArtefactsCannotBeWritten_PausesAndGoesOnWhenResumed()
    {
        // The rollout of step 3 begins while step 2 is being stored: that is over, and nothing else is written, when it is told of.
        var (gate, recipe) = (new Gate(step: 3), Some.Recipe("evaluation.every=4", "checkpoint.every=4"));
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        var news = host.News(RunId.Parse("run"));
        await host.LaunchAsync("run", recipe);
        await gate.Reached;
        await news.NextAsync<StepEnded>(ended => ended.Step == 2);
        // A file stands where temporary files belong.
        var temporary = Path.Combine(host.Directory, "artefacts", "tmp");
        while (!File.Exists(temporary))
            try
            {
                Directory.Delete(temporary, recursive: true);
                await File.WriteAllTextAsync(temporary, "");
            }
            // Whoever still puts something makes the folder anew.
            catch (Exception busy) when (busy is UnauthorizedAccessException or IOException) { }
        gate.Open();

        var paused = await news.NextAsync<RunEnded>();
        File.Delete(temporary);
        await host.AskAsync("run", new ResumeRun("test"));
        await news.NextAsync<RunEnded>();

        Assert.Equal(RunStatus.Paused, paused.View.State.Status);
        Assert.StartsWith("cannot write ", paused.View.State.Reason);
        var (sound, run) = (await SoundRun.Of(recipe), host.Read("run"));
        Assert.Equal((RunStatus.Completed, sound.Trajectory, sound.Weights), (run.State.Status, run.Trajectory, run.State.Weights));
    }

    [Fact]
    public async Task Recover_RewardChangedAndChainSealedAgain_DivergesNamingTheNumber()
    {
        var directory = await RunToStepThreeAsync();
        var written = 0.0;
        ChangeReward(Path.Combine(directory, "journal.db"), seal: true, step: 2, score: out var original, to: value => written = value + 1);
        await using var host = await RunsHost.StartAsync(directory);
        var news = host.News(RunId.Parse("run"));
        await host.LaunchAsync("run", s_recipe);

        var ended = await news.NextAsync<RunEnded>();

        Assert.Equal(RunStatus.Diverged, ended.View.State.Status);
        var diverged = Assert.IsType<RunDiverged>(host.Read("run").Training().Last().Event);
        Assert.Equal((2, "reward.scored/1"), (diverged.Step, diverged.Event));
        Assert.Equal(FormattableString.Invariant($"result[0] was {written:R} in the log and is {original:R} now"), diverged.Difference);
    }

    [Fact]
    public async Task Recover_RewardChanged_IsRefusedWhileOthersGoOn()
    {
        var directory = await RunToStepThreeAsync();
        ChangeReward(Path.Combine(directory, "journal.db"), seal: false, step: 2, score: out _, to: value => value + 1);
        await using var host = await RunsHost.StartAsync(directory);
        var head = host.Read("run").Head;
        var news = host.News(RunId.Parse("run"));

        var other = host.TrainAsync("other", Some.Recipe());
        var reply = await host.Runs.Ask<object>(RunsHost.Prepared("run", s_recipe), RunsHost.Patience);

        Assert.Contains("the chain of stream run-run is broken at sequence", Assert.IsType<Rejected>(reply).Reason);
        var lost = await Assert.ThrowsAsync<InvalidOperationException>(() => news.NextAsync<RunEnded>());
        Assert.Contains("was lost: the chain of stream run-run is broken", lost.Message);
        Assert.IsType<Rejected>(await host.AskAsync("run", new ResumeRun("test")));
        Assert.Equal(head, host.Read("run").Head);
        Assert.Equal((await SoundRun.Of(Some.Recipe())).Trajectory, (await other).Trajectory);
    }

    [Fact]
    public async Task Recover_EvaluationStreamChanged_IsRefused()
    {
        var directory = await RunToStepThreeAsync();
        JournalHost.Tamper(
            Path.Combine(directory, "journal.db"),
            "DELETE FROM journal WHERE persistence_id = 'run-run-evaluations' AND sequence_number = 2");
        await using var host = await RunsHost.StartAsync(directory);
        var news = host.News(RunId.Parse("run"));
        await host.Runs.Ask<object>(RunsHost.Prepared("run", s_recipe), RunsHost.Patience);

        var lost = await Assert.ThrowsAsync<InvalidOperationException>(() => news.NextAsync<RunEnded>());

        Assert.Contains("the chain of stream run-run-evaluations is broken at sequence 2", lost.Message);
    }

    [Fact]
    public async Task Recover_TwoWritersOverlap_IsRefusedNamingThePlaceAndDiscardsNothing()
    {
        var directory = await RunToStepThreeAsync();
        var journal = Path.Combine(directory, "journal.db");
        JournalHost.Tamper(journal, "UPDATE journal SET writer_uuid = 'another' WHERE persistence_id = 'run-run' AND sequence_number = 5");
        var before = Rows(journal);
        await using var host = await RunsHost.StartAsync(directory);

        var reason = await host.RefusedAsync("run", s_recipe);

        Assert.Contains("stream run-run", reason);
        Assert.Contains("at sequence 6", reason); // the first writer's, behind what the second one wrote
        Assert.Equal(before, Rows(journal));
    }

    [Fact]
    public async Task Recover_DatabasePageIsDamaged_IsRefusedNamingTheStream()
    {
        var directory = await RunToStepThreeAsync();
        var journal = Path.Combine(directory, "journal.db");
        // The header of the page that holds the table's rows; a page of another type cannot be a part of it.
        var page = (long)Query(journal, "SELECT rootpage FROM sqlite_master WHERE name = 'journal'");
        using (var file = File.OpenWrite(journal))
        {
            file.Position = (page - 1) * 4096;
            file.Write([0xff, 0xff, 0xff, 0xff]);
        }
        await using var host = await RunsHost.StartAsync(directory);

        Assert.Matches("stream run-run cannot be read: .*malformed", await host.RefusedAsync("run", s_recipe));
    }

    [Fact]
    public async Task Recover_RowIsNoStoredEvent_IsRefusedNamingTheStream()
    {
        var directory = await RunToStepThreeAsync();
        JournalHost.Tamper(
            Path.Combine(directory, "journal.db"),
            "UPDATE journal SET message = x'c0' WHERE persistence_id = 'run-run' AND sequence_number = 5");
        await using var host = await RunsHost.StartAsync(directory);

        Assert.Contains("stream run-run cannot be read: ", await host.RefusedAsync("run", s_recipe));
    }

    [Fact]
    public async Task Recover_DiskIsAtFault_SaysSoAndGoesOnWhenItIsMended()
    {
        var directory = await RunToStepThreeAsync();
        var journal = Path.Combine(directory, "journal.db");
        await using var host = await RunsHost.StartAsync(directory);
        // The plugin opens the database when the first stream is read.
        await host.TrainAsync("schema", Some.Recipe("rl.steps=1"));
        var news = host.News(RunId.Parse("run"));
        // SQLite cannot open a directory; connections that are open already would read on.
        File.Move(journal, $"{journal}.away");
        Directory.CreateDirectory(journal);
        SqliteConnection.ClearAllPools();

        var reply = await host.Runs.Ask<object>(RunsHost.Prepared("run", s_recipe), RunsHost.Patience);
        var lost = await Assert.ThrowsAsync<InvalidOperationException>(() => news.NextAsync<RunEnded>());
        Directory.Delete(journal);
        File.Move($"{journal}.away", journal);
        var run = await host.TrainAsync("run", s_recipe);

        Assert.IsType<Rejected>(reply);
        Assert.Matches(
            "^run run was lost: stream run-run cannot be read: SQLite Error 14: .*[^.]\\. Free space on the disk, or mend it$",
            lost.Message);
        Assert.Equal((RunStatus.Completed, (await SoundRun.Of(s_recipe)).Trajectory), (run.State.Status, run.Trajectory));
    }

    static object Rows(string file) =>
        Query(file, "SELECT group_concat(ordering || persistence_id || sequence_number || writer_uuid || hex(message)) FROM journal");

    static object Query(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()!;
    }

    static readonly Recipe s_recipe = Some.Recipe("checkpoint.every=100");

    /// <summary>A data directory with a run whose host stopped during step 4, without a checkpoint.</summary>
    static async Task<string> RunToStepThreeAsync()
    {
        var gate = new Gate(step: 4);
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        await host.LaunchAsync("run", s_recipe);
        await gate.Reached;
        gate.OpenAtDisposal(host);
        return host.Directory;
    }

    /// <summary>Changes the first reward of a step behind the journal's back.</summary>
    /// <param name="file">The journal.</param>
    /// <param name="seal">Whether to hash that event and all later ones anew, as somebody who knows the format would.</param>
    /// <param name="step">The step.</param>
    /// <param name="score">What the reward was.</param>
    /// <param name="to">What it becomes.</param>
    static void ChangeReward(string file, bool seal, int step, out double score, Func<double, double> to)
    {
        score = double.NaN;
        ContentHash? previous = null;
        foreach (var read in new JournalReader(JournalSettings.Sqlite(file), EventCatalogue.Known).Read("run-run").ToList())
        {
            var stored = read.Stored;
            if (read.Event is RewardScored scored && scored.Step == step)
            {
                score = scored.Result.Values[0];
                var changed = scored with { Result = new DoubleColumn([to(score), .. scored.Result.Values[1..]]) };
                stored = stored with { Payload = EventCatalogue.Known.Encode(changed) };
                previous = stored.PreviousHash;
            }
            if (previous is not { } before) continue;
            if (seal)
            {
                stored = stored with { PreviousHash = before };
                stored = stored with { Hash = EventChain.Hash("run-run", read.Sequence, stored) };
            }
            previous = stored.Hash;
            JournalHost.Tamper(
                file,
                $"UPDATE journal SET message = x'{Convert.ToHexString(stored.ToBytes())}' "
                    + $"WHERE persistence_id = 'run-run' AND sequence_number = {read.Sequence}");
        }
    }
}
