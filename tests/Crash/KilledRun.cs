using System.Text.Json;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Storage;
using ActorRlhf.Host.Tests.Commands;

namespace ActorRlhf.Crash;

/// <summary>What a run came to: equal for two runs of one recipe and seed.</summary>
/// <param name="Trajectory">Digest of what made the weights.</param>
/// <param name="Weights">SHA-256 of the policy.</param>
sealed record Outcome(string Trajectory, string Weights);

/// <summary>A run in a data directory of its own, trained by one process after the other, each of which is killed but the last.</summary>
sealed class KilledRun(string recipe, params string[] overrides) : IDisposable
{
    const int Kill = 9;
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-crash-").FullName;
    Ledger? _ledger;

    public string Data => Path.Combine(_folder, "data");

    Ledger Seen => _ledger ??= new Ledger(Data);

    string[] Begin => [recipe, .. overrides.SelectMany(setting => new[] { "--set", setting }), "--data", Data, "--json"];
    string[] Resume => ["--resume", "latest", "--data", Data, "--json"];

    /// <summary>What the run comes to when nobody disturbs it.</summary>
    public static async Task<Outcome> SoundAsync(string recipe, params string[] overrides)
    {
        using var run = new KilledRun(recipe, overrides);
        return await run.EndAsync();
    }

    /// <summary>Lets a process train until so many events are there and some looks have passed; then kills it. False if the run ended before.</summary>
    public async Task<bool> KillAtAsync(int events, int looks)
    {
        using var process = TrainProcess.Start(HasBegun ? Resume : Begin);
        var ended = process.EndAsync();
        using var timer = new PeriodicTimer(s_look);
        while (!ended.IsCompleted && (Seen.Events < events || looks-- > 0))
        {
            await timer.WaitForNextTickAsync();
            Seen.Look();
        }
        var survived = ended.IsCompleted;
        if (!survived) process.Signal(Kill);
        var result = await ended;
        Assert.True(survived ? result.Code == 0 : result.Code == 128 + Kill, $"exit code {result.Code}: {result.Error}");
        Seen.LookAfterTheEnd();
        return !survived;
    }

    /// <summary>Lets a process train beneath strace, which kills it at the n-th call that one of its threads makes of a kind. False if it made fewer.</summary>
    public async Task<bool> KillAtCallAsync(string call, int n)
    {
        using var process = TrainProcess.StartUnder("strace",
            ["-f", "-qq", "--seccomp-bpf", "-o", Path.Combine(_folder, "strace.log"), "-e", $"trace={call}", "-e", $"inject={call}:signal=KILL:when={n}"], HasBegun ? Resume : Begin);
        var result = await process.EndAsync();
        Seen.LookAfterTheEnd();
        return result.Code != 0;
    }

    /// <summary>The disk has lost what was acknowledged, so nothing that was seen counts.</summary>
    public void Forget() => _ledger = null;

    /// <summary>Trains to the end.</summary>
    public async Task<Outcome> EndAsync()
    {
        if (!IsOver)
        {
            using var process = TrainProcess.Start(HasBegun ? Resume : Begin);
            var result = await process.EndAsync();
            Assert.True(result.Code == 0, result.Error);
            var json = JsonDocument.Parse(result.Out).RootElement;
            Assert.Equal(Latest().Trajectory.ToString(), json.GetProperty("trajectory").GetString());
        }
        Seen.LookAfterTheEnd();
        Assert.False(Directory.Exists(Path.Combine(Data, "artefacts", "tmp")) && Directory.EnumerateFiles(Path.Combine(Data, "artefacts", "tmp")).Any());
        var run = Latest();
        // The state that a reader folds from the log is the one that the writer had.
        Assert.Equal(run.Training().Select(read => read.Event).OfType<ActorRlhf.Actors.Runs.RunCompleted>().Single().StateHash, run.State.Hash());
        return new Outcome(run.Trajectory.ToString(), run.State.Weights!.Value.ToString());
    }

    public RunRecord Latest()
    {
        using var data = DataDirectory.OpenForReading(Data);
        return new RunReader(data).Open("latest");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
