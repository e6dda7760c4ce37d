using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Storage;
using ActorRlhf.Host.Tests.Cli;

namespace ActorRlhf.Crash;

/// <summary>Two hosts on one PostgreSQL database, of which one falls asleep: never do both write (reliability.md 22).</summary>
[Trait("Category", "Crash")]
public sealed class TwoHostsTests : IDisposable
{
    const int Stop = 19, Continue = 18, InUse = 5;
    static readonly string[] s_settings =
        ["rl.steps=30", "checkpoint.every=3", "evaluation.prompts=8", "pretrain.steps=60", "preferences.pairs=32"];

    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-two-hosts-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [PostgresFact]
    public async Task Stopped_ForLongerThanAHostMayBeSilent_IsOvertakenWritesNothingMoreAndEnds()
    {
        var (database, one, other) = (PostgresServer.Shared.NewDatabase(), Path.Combine(_folder, "one"), Path.Combine(_folder, "other"));
        using var sleeper = Serve(one, database);
        string run;
        using (var client = await Served.ClientAsync(sleeper, one)) run = await Served.SubmitAsync(client, seed: 0, s_settings);
        await Served.UntilAsync(() => Open(one, run) is { State.Step: >= 3 });
        sleeper.Signal(Stop);

        // Artefacts on a disk that both see, or restored on the second machine; what the sleeper was writing has no name yet.
        var artefacts = Path.Combine(one, "artefacts");
        foreach (var artefact in Directory.EnumerateFiles(artefacts, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetDirectoryName(file) != Path.Combine(artefacts, "tmp")))
        {
            var copy = Path.Combine(other, Path.GetRelativePath(one, artefact));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(artefact, copy);
        }
        var refusals = 0;
        for (; ; refusals++)
        {
            using var next = Serve(other, database);
            if (await next.FindAsync(Served.Listening) is not null)
            {
                await Served.UntilAsync(() => Open(other, run)!.State.IsTerminal);
                sleeper.Signal(Continue);
                var woken = await sleeper.EndAsync();
                Assert.Equal(InUse, woken.Code);
                Assert.Contains("another host has taken over the journal", woken.Error);
                next.Signal(TrainProcess.Terminate);
                Assert.Equal(0, (await next.EndAsync()).Code);
                break;
            }
            var refused = await next.EndAsync();
            Assert.Equal(InUse, refused.Code);
            Assert.Contains("is in use by process", refused.Error);
        }
        Assert.True(refusals > 0, "a host that was not silent for long was overtaken at once");

        var record = Open(other, run)!;
        Assert.Equal(RunStatus.Completed, record.State.Status);
        Assert.Equal(await KilledRun.SoundAsync("pocket-tiny", [.. s_settings, "seed=0"]),
            new Outcome(record.Trajectory.ToString(), record.State.Weights!.Value.ToString()));
        Assert.Null(RunAudit.Of(DataDirectory.OpenForReading(other).Store, record.Id).FirstBad);
    }

    static TrainProcess Serve(string data, string database) =>
        TrainProcess.Serve("--data", data, "--postgres", database, "--urls", "http://127.0.0.1:0");

    static RunRecord? Open(string data, string run) => new RunReader(DataDirectory.OpenForReading(data).Store).Open(run);
}
