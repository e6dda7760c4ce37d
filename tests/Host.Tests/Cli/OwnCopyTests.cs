using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>
/// A run on own data is made from what it stored itself: what it began with may be moved, deleted, or on another machine.
/// </summary>
[Trait("Category", "Integration")]
public sealed class OwnCopyTests : IDisposable
{
    const string Run = "run";
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-own-copy-").FullName;

    string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(StageNames.World)]
    [InlineData(StageNames.Sft)]
    [InlineData(null)]
    public async Task Resume_DataAndModelWereDeleted_EndsAsIfTheyWereThere(string? stage)
    {
        var (own, sound) = (new Dialogues(_folder), Path.Combine(_folder, "sound"));
        await Training.RunAsync(sound, Run, own.Overrides);
        var pause = new PauseRun("test");
        await Training.RunAsync(Data, Run, own.Overrides, news => news switch
        {
            StepEnded { Step: 1 } when stage is null => pause,
            StageEnded ended when ended.Stage == stage => pause,
            _ => null,
        });
        Assert.Equal(RunStatus.Paused, Logs.Read(Data, Run).State.Status);
        own.Remove();

        var resumed = await TrainProcess.RunAsync("--resume", Run, "--data", Data, "--json");

        Assert.True(resumed.Code == ExitCode.Done, resumed.Error);
        var (there, gone) = (Logs.Read(sound, Run), Logs.Read(Data, Run));
        Assert.Equal((RunStatus.Completed, 3), (gone.State.Status, gone.State.Step));
        Assert.Equal((there.Trajectory, there.State.Weights), (gone.Trajectory, gone.State.Weights));
    }

    [Theory]
    [InlineData("pairs.jsonl.gz", false)]
    [InlineData("pairs.jsonl.gz", true)]
    [InlineData("words.txt", false)]                // the name of a file of the tokenizer
    public async Task EveryCommand_DataAndModelWereDeleted_NeedsThemNoMore(string name, bool elsewhere)
    {
        var own = new Dialogues(_folder, name);
        await Training.RunAsync(Data, Run, own.Overrides);
        own.Remove();
        var data = elsewhere ? Path.Combine(_folder, "elsewhere") : Data;
        if (elsewhere)
        {
            var archive = Path.Combine(_folder, "run.zip");
            await DoneAsync("export", Run, "-o", archive, "--data", Data);
            await DoneAsync("import", archive, "--data", data);
            Directory.Delete(Data, recursive: true);
        }

        var audit = await DoneAsync("audit", Run, "--recompute", "1..3", "--data", data, "--json");
        var fork = await TrainProcess.RunForkAsync(Run, "--at", "1", "--data", data, "--json");
        var written = await DoneAsync("generate", "--model", $"run:{Run}@1", "--greedy", "--data", data, "--json");
        var best = await DoneAsync("best-of-n", Run, "--n", "1,2", "--samples", "2", "--prompts", "4", "--data", data, "--json");

        Assert.Equal(3, audit.Single().GetProperty("recomputed").GetArrayLength());
        Assert.True(fork.Code == ExitCode.Done, fork.Error);
        Assert.Equal(Logs.Read(data, Run).Trajectory, Logs.Read(data, "latest").Trajectory);
        Assert.NotEqual(Run, Logs.Read(data, "latest").Id.Value);
        Assert.NotEmpty(written.Single().GetProperty("tokens").EnumerateArray());
        Assert.Equal(2, best.Lines().Length);
    }

    [Fact]
    public async Task Resume_StoredDataIsDamaged_NamesTheArtefact()
    {
        var own = new Dialogues(_folder);
        await Training.RunAsync(
            Data, Run, own.Overrides,
            news => news is StageEnded { Stage: StageNames.World } ? new PauseRun("test") : null);
        var run = Logs.Read(Data, Run);
        var artefact = run.State.Stage(StageNames.World)!.Artefacts.Single(file => file.Name == Path.GetFileName(own.Data)).Hash;
        await File.WriteAllTextAsync(run.Artefacts.PathOf(artefact), "damaged");

        var resumed = await TrainProcess.RunAsync("--resume", Run, "--data", Data);

        Assert.Equal(ExitCode.Failed, resumed.Code);
        resumed.AssertClean();
        Assert.Contains($"artefact {artefact} is damaged", resumed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_NothingWasStoredYet_NeedsTheRecipesPaths()
    {
        var own = new Dialogues(_folder);
        await Training.RunAsync(Data, Run, own.Overrides);
        var sound = Logs.Read(Data, Run);
        Logs.CutAfterStart(Data, Run);
        File.Move(own.Data, own.Data + ".away");

        var moved = await TrainProcess.RunAsync("--resume", Run, "--data", Data);
        File.Move(own.Data + ".away", own.Data);
        var back = await TrainProcess.RunAsync("--resume", Run, "--data", Data);

        Assert.Equal(ExitCode.NotFound, moved.Code);
        Assert.Contains($"{own.Data}, which is not there", moved.Error, StringComparison.Ordinal);
        Assert.True(back.Code == ExitCode.Done, back.Error);
        Assert.Equal(sound.Trajectory, Logs.Read(Data, Run).Trajectory);
    }

    static async Task<App.Result> DoneAsync(params string[] args)
    {
        var result = await App.RunAsync(args);
        Assert.True(result.Code == ExitCode.Done, result.Error);
        return result;
    }
}
