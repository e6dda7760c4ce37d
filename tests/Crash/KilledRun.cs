using System.Text.Json;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Storage;
using ActorRlhf.Host.Tests.Cli;

namespace ActorRlhf.Crash;

/// <summary>What a run came to: equal for two runs of one recipe and seed.</summary>
/// <param name="Trajectory">Digest of what made the weights.</param>
/// <param name="Weights">SHA-256 of the policy.</param>
sealed record Outcome(string Trajectory, string Weights);

/// <summary>A run in a data directory of its own, trained by one process after the other, each of which is killed but the last.</summary>
sealed class KilledRun(string recipe, params string[] overrides) : IDisposable
{
    const int Kill = 9, Killed = 128 + Kill;
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);
    // Only a run that hangs gets there: how fast it resumes is the benchmark's business.
    static readonly TimeSpan s_ready = TimeSpan.FromMinutes(1);

    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-crash-").FullName;
    Ledger? _ledger;

    public string Data => Path.Combine(_folder, "data");

    Ledger Seen => _ledger ??= new Ledger(Data);

    string[] Begin => [recipe, .. overrides.SelectMany(setting => new[] { "--set", setting }), "--data", Data, "--json"];
    string[] Resume => ["--resume", "latest", "--data", Data, "--json"];

    /// <summary>From now on the run's journal is in a database of that kind.</summary>
    public KilledRun On(StoreKind kind)
    {
        if (kind is StoreKind.Postgres)
            DataDirectory.OpenForWriting(Data, TimeProvider.System, PostgresServer.Shared.NewDatabase()).Dispose();
        return this;
    }

    /// <summary>What the run comes to when nobody disturbs it.</summary>
    public static async Task<Outcome> SoundAsync(string recipe, params string[] overrides)
    {
        using var run = new KilledRun(recipe, overrides);
        return await run.EndAsync();
    }

    /// <summary>
    /// Lets a process train until so many events are there and some looks
    /// have passed; then kills it. False if the run ended before, though the process may have been killed on its way out.
    /// </summary>
    public async Task<bool> KillAtAsync(int events, int looks)
    {
        var (started, seen) = (DateTime.UtcNow, Seen.Events);
        using var process = TrainProcess.Start(HasBegun ? Resume : Begin);
        var ended = process.EndAsync();
        using var timer = new PeriodicTimer(s_look);
        while (!ended.IsCompleted && (Seen.Events < events || looks-- > 0))
        {
            await timer.WaitForNextTickAsync();
            Seen.Look();
        }
        if (!ended.IsCompleted) process.Signal(Kill);
        var result = await ended;
        Assert.True(result.Code is 0 or Killed, $"exit code {result.Code}: {result.Error}");
        Seen.LookAfterTheEnd();
        if (Seen.Events > seen)
            Assert.All(TemporaryFiles(), file =>
                Assert.True(File.GetLastWriteTimeUtc(file) >= started, $"{file} is older than the process that found it"));
        return result.Code == Killed && !IsOver;
    }

    /// <summary>
    /// Lets a process train beneath strace, which kills it at the n-th call
    /// that one of its threads makes of a kind. False if it made fewer.
    /// </summary>
    public async Task<bool> KillAtCallAsync(string call, int n)
    {
        using var process = TrainProcess.StartUnder("strace",
            ["-f", "-qq", "-o", Path.Combine(_folder, "strace.log"), "-e", $"trace={call}", "-e", $"inject={call}:signal=KILL:when={n}"],
            HasBegun ? Resume : Begin);
        var result = await process.EndAsync();
        Assert.True(result.Code is 0 or Killed, $"exit code {result.Code}: {result.Error}");
        Seen.LookAfterTheEnd();
        return result.Code == Killed;
    }

    /// <summary>The disk has lost what was acknowledged, so nothing that was seen counts.</summary>
    public void Forget() => _ledger = null;

    /// <summary>Trains to the end.</summary>
    public async Task<Outcome> EndAsync()
    {
        if (!IsOver)
        {
            var again = HasBegun;
            using var process = TrainProcess.Start(again ? Resume : Begin);
            if (again) await process.WaitForAsync($"run {Latest().Id} in ").WaitAsync(s_ready);
            var result = await process.EndAsync();
            Assert.True(result.Code == 0, result.Error);
            var json = JsonDocument.Parse(result.Out).RootElement;
            Assert.Equal(Latest().Trajectory.ToString(), json.GetProperty("trajectory").GetString());
        }
        Seen.LookAfterTheEnd();
        Assert.Empty(TemporaryFiles());
        var run = Latest();
        // The state that a reader folds from the log is the one that the writer had.
        Assert.Equal(run.Training().Select(read => read.Event).OfType<RunCompleted>().Single().StateHash, run.State.Hash());
        return new Outcome(run.Trajectory.ToString(), run.State.Weights!.Value.ToString());
    }

    public RunRecord Latest()
    {
        using var data = DataDirectory.OpenForReading(Data);
        return new RunReader(data.Store).Open("latest");
    }

    /// <summary>Where no file was damaged, each recovery began from the newest checkpoint of its day.</summary>
    public void AssertNewestCheckpointsWereUsed()
    {
        var newest = 0;
        foreach (var fact in Latest().Training().Select(read => read.Event))
            if (fact is CheckpointSaved saved) newest = saved.Step;
            else if (fact is RunRecovered recovered) Assert.Equal(newest, recovered.Checkpoint);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string[] TemporaryFiles() =>
        Path.Combine(Data, "artefacts", "tmp") is var folder && Directory.Exists(folder)
            ? Directory.GetFiles(folder)
            : [];

    bool HasBegun
    {
        get
        {
            Seen.Look();
            return Seen.Events > 0;
        }
    }

    bool IsOver => HasBegun && Latest().State.IsTerminal;
}
