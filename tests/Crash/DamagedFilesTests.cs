using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Host.Tests.Cli;
using ActorRlhf.Models.Randomness;

namespace ActorRlhf.Crash;

/// <summary>
/// What a crash of the operating system may leave of files that were being
/// written: shortened ones. The state before is used, or the run refuses.
/// </summary>
[Trait("Category", "Crash")]
public sealed class DamagedFilesTests
{
    // Killed after its seventh step, it has far to go: on a busy machine the kill comes some steps late.
    static readonly string[] s_short =
    [
        "rl.steps=40", "checkpoint.every=3", "evaluation.every=20", "evaluation.prompts=8", "pretrain.steps=20", "preferences.pairs=32",
    ];
    static readonly Lazy<Task<Outcome>> s_sound = new(() => KilledRun.SoundAsync("pocket-tiny", s_short));

    [Theory]
    [InlineData(1, 2)]
    public Task Resume_WriteAheadLogIsCutOff_GoesOnFromWhatIsLeft(int seed, int times) => CutLogAsync(seed, times);

    [Theory]
    [Trait("Category", "Nightly")]
    [InlineData(2, 20)]
    public Task Resume_WriteAheadLogIsCutOffAnywhere_GoesOnFromWhatIsLeft(int seed, int times) => CutLogAsync(seed, times);

    [Theory]
    [InlineData(1, 2)]
    public Task Resume_NewestCheckpointIsCutOff_TheOneBeforeIsUsed(int seed, int times) => CutCheckpointAsync(seed, times);

    [Theory]
    [Trait("Category", "Nightly")]
    [InlineData(2, 20)]
    public Task Resume_NewestCheckpointIsCutOffAnywhere_TheOneBeforeIsUsed(int seed, int times) => CutCheckpointAsync(seed, times);

    [Fact]
    public async Task Resume_SftCheckpointIsCutOff_SftBeginsAgain()
    {
        string[] longer = [.. s_short, "pretrain.steps=400", "checkpoint.sftEvery=10"];
        using var run = new KilledRun("pocket-tiny", longer);
        Assert.True(await run.KillAtAsync(EventsBeforeSft + 1, 0));
        Cut(PathOf(run, run.Latest().State.Sft!.Files[0].Hash), 10);

        Assert.Equal(await KilledRun.SoundAsync("pocket-tiny", longer), await run.EndAsync());
    }

    [Fact]
    public async Task Resume_OnlyCheckpointIsKeptAndCutOff_PausesAndNamesTheFile()
    {
        using var run = new KilledRun("pocket-tiny", [.. s_short, "checkpoint.keep=1"]);
        Assert.True(await run.KillAtAsync(EventsAfterStep(7), 0));
        var file = run.Latest().State.Checkpoints.Single().Files[0].Hash;
        Cut(PathOf(run, file), 10);

        var result = await TrainProcess.RunAsync("--resume", "latest", "--data", run.Data);

        Assert.Equal((1, true), (result.Code, result.Error.Contains(file.ToString(), StringComparison.Ordinal)));
        Assert.Equal(RunStatus.Paused, run.Latest().State.Status);
    }

    [Fact]
    public async Task Resume_NoCheckpointIsWhole_PausesAndNamesTheFile()
    {
        using var run = new KilledRun("pocket-tiny", s_short);
        Assert.True(await run.KillAtAsync(EventsAfterStep(7), 0));
        var checkpoints = run.Latest().State.Checkpoints;
        foreach (var checkpoint in checkpoints) Cut(PathOf(run, checkpoint.Files[0].Hash), 10);

        var result = await TrainProcess.RunAsync("--resume", "latest", "--data", run.Data);

        Assert.Equal(1, result.Code);
        result.AssertClean();
        Assert.Contains(checkpoints[^2].Files[0].Hash.ToString(), result.Error, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Paused, run.Latest().State.Status);
    }

    static async Task CutCheckpointAsync(int seed, int times)
    {
        var draws = Purpose.Bootstrap.Draws((ulong)seed);
        for (var i = 0; i < times; i++)
        {
            using var run = new KilledRun("pocket-tiny", s_short);
            Assert.True(await run.KillAtAsync(EventsAfterStep(7), 0));
            var checkpoint = run.Latest().State.Checkpoints[^1];
            var file = new FileInfo(PathOf(run, checkpoint.Files[draws.Integer(checkpoint.Files.Length)].Hash));
            Cut(file.FullName, (long)(file.Length * draws.Uniform()));

            Assert.Equal(await s_sound.Value, await run.EndAsync());

            var recovered = run.Latest().Training().Select(read => read.Event).OfType<RunRecovered>().Single();
            Assert.Equal(checkpoint.Step - 3, recovered.Checkpoint);
        }
    }

    static async Task CutLogAsync(int seed, int times)
    {
        var draws = Purpose.Bootstrap.Draws((ulong)seed);
        for (var i = 0; i < times; i++)
        {
            using var run = new KilledRun("pocket-tiny", s_short);
            Assert.True(await run.KillAtAsync(EventsAfterStep(1 + draws.Integer(6)), draws.Integer(10)));
            var log = Path.Combine(run.Data, DataDirectory.JournalName + "-wal");
            Cut(log, (long)(new FileInfo(log).Length * draws.Uniform()));
            run.Forget();

            Assert.Equal(await s_sound.Value, await run.EndAsync());
        }
    }

    const int EventsBeforeSft = 2;

    static int EventsAfterStep(int step) => 10 + 4 * step;

    static string PathOf(KilledRun run, ContentHash artefact) => new ArtefactStore(Path.Combine(run.Data, "artefacts")).PathOf(artefact);

    static void Cut(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.SetLength(length);
    }
}
