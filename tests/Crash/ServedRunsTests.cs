using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Storage;
using ActorRlhf.Host.Tests.Cli;

namespace ActorRlhf.Crash;

/// <summary>A long-lived host that is killed, or asked to stop, with runs in flight and others in the queue.</summary>
[Trait("Category", "Crash")]
public sealed class ServedRunsTests : IDisposable
{
    const int Kill = 9, Runs = 5, Concurrent = 3;
    static readonly string[] s_settings =
        ["rl.steps=10", "checkpoint.every=3", "evaluation.prompts=8", "pretrain.steps=60", "preferences.pairs=32"];

    readonly string _data = Path.Combine(Directory.CreateTempSubdirectory("actorrlhf-served-").FullName, "data");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_data)!, recursive: true);

    [Fact]
    public Task Kill_ThreeInFlightTwoQueued_ThreeTimes_AllEndAsEachIsAloneInTheirOrder() => KillThreeTimesAsync(StoreKind.Sqlite);

    [PostgresFact]
    [Trait("Category", "Nightly")]
    public Task Kill_ThreeInFlightTwoQueuedInPostgres_ThreeTimes_AllEndAsEachIsAloneInTheirOrder() =>
        KillThreeTimesAsync(StoreKind.Postgres);

    async Task KillThreeTimesAsync(StoreKind kind)
    {
        if (kind is StoreKind.Postgres)
            DataDirectory.OpenForWriting(_data, TimeProvider.System, PostgresServer.Shared.NewDatabase()).Dispose();
        // So long that none ends before the last kill: of two that find places at once, either may be written first.
        string[] settings = [.. s_settings, "rl.steps=40"];
        List<string> acknowledged = [];
        for (var kill = 0; kill < 3; kill++)
        {
            using var process = TrainProcess.Serve("--data", _data, "--urls", "http://127.0.0.1:0", "--concurrent", $"{Concurrent}");
            using var client = await Served.ClientAsync(process, _data);
            if (kill == 0) for (var seed = 0; seed < Runs; seed++) acknowledged.Add(await Served.SubmitAsync(client, seed, settings));
            var before = Events();
            await Served.UntilAsync(() => Events() >= before + 20);
            Assert.True(Unfinished() == Runs, "the kill came too late to matter");
            process.Signal(Kill);
            await process.EndAsync();
        }
        // One at a time, for the same reason.
        using (var last = TrainProcess.Serve("--data", _data, "--urls", "http://127.0.0.1:0", "--concurrent", "1"))
        {
            using var client = await Served.ClientAsync(last, _data);
            await Served.UntilAsync(() => Unfinished() == 0);
            last.Signal(TrainProcess.Terminate);
            Assert.Equal(0, (await last.EndAsync()).Code);
        }

        var directory = DataDirectory.OpenForReading(_data);
        var reader = new RunReader(directory.Store);
        Assert.Equal(acknowledged.Order(), reader.Runs().Select(run => run.Value));
        var began = acknowledged.Select(run => reader.Open(run).Began).ToArray();
        Assert.Equal(began[Concurrent..].Order(), began[Concurrent..]);
        Assert.True(began[..Concurrent].Max() <= began[Concurrent..].Min(), "one that waited overtook one that did not");
        foreach (var (seed, id) in acknowledged.Index())
        {
            var run = reader.Open(id);
            Assert.Equal(RunStatus.Completed, run.State.Status);
            Assert.Equal(await KilledRun.SoundAsync("pocket-tiny", [.. settings, $"seed={seed}"]),
                new Outcome(run.Trajectory.ToString(), run.State.Weights!.Value.ToString()));
            Assert.Null(RunAudit.Of(directory.Store, run.Id).FirstBad);
        }
    }

    [Fact]
    public async Task Terminate_UnderLoad_SavesWhereTheRunsStandAndTheNextHostExecutesNothingTwice()
    {
        const int Loaded = 2;
        // No checkpoint is due before the end: whatever is saved, the signal led to.
        string[] late = ["rl.steps=40", "checkpoint.every=1000"];
        List<string> runs = [];
        using (var process = TrainProcess.Serve("--data", _data, "--urls", "http://127.0.0.1:0"))
        {
            using var client = await Served.ClientAsync(process, _data);
            for (var seed = 0; seed < Loaded; seed++) runs.Add(await Served.SubmitAsync(client, seed, [.. s_settings, .. late]));
            await Served.UntilAsync(() => runs.All(run => Open(run).State.Step >= 3));
            process.Signal(TrainProcess.Terminate);
            var result = await process.EndAsync();
            Assert.Equal(0, result.Code);
            result.AssertClean();
        }
        Assert.Equal(Loaded, Unfinished());
        foreach (var stopped in runs.Select(Open))
        {
            var events = stopped.Training().Select(read => read.Event).ToArray();
            Assert.Equal(new CheckpointAsked(stopped.State.Step, "the host was stopped"), events[^2]);
            Assert.Equal(stopped.State.Step, Assert.IsType<CheckpointSaved>(events[^1]).Step);
        }
        using (var again = TrainProcess.Serve("--data", _data, "--urls", "http://127.0.0.1:0"))
        {
            using var other = await Served.ClientAsync(again, _data);
            await Served.UntilAsync(() => Unfinished() == 0);
            again.Signal(TrainProcess.Terminate);
            Assert.Equal(0, (await again.EndAsync()).Code);
        }
        foreach (var (seed, run) in runs.Select(Open).Index())
        {
            Assert.Equal(RunStatus.Completed, run.State.Status);
            Assert.Equal(0, Assert.Single(run.Training().Select(read => read.Event).OfType<RunRecovered>()).StepsAgain);
            Assert.Equal(await KilledRun.SoundAsync("pocket-tiny", [.. s_settings, .. late, $"seed={seed}"]),
                new Outcome(run.Trajectory.ToString(), run.State.Weights!.Value.ToString()));
            Assert.Null(RunAudit.Of(DataDirectory.OpenForReading(_data).Store, run.Id).FirstBad);
        }
    }

    RunRecord Open(string run) => new RunReader(DataDirectory.OpenForReading(_data).Store).Open(run);

    long Events()
    {
        var reader = new RunReader(DataDirectory.OpenForReading(_data).Store);
        return reader.Runs().Sum(run => reader.Read(run).Head.Sequence);
    }

    int Unfinished()
    {
        var reader = new RunReader(DataDirectory.OpenForReading(_data).Store);
        return reader.Runs().Count(run => reader.Unfinished(run) is not null);
    }
}
