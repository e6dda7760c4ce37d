using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>A run's policy as the model that another run starts from, and as a folder for other programs.</summary>
[Trait("Category", "Integration")]
public sealed class RunPolicyTests : IDisposable
{
    const string Teacher = "teacher-1";
    static readonly string[] s_recipe =
    [
        "policy.hiddenSize=16", "policy.intermediateSize=32", "pretrain.steps=60", "pretrain.batch=16", "preferences.pairs=48",
        "preferences.heldout=16", "reward.batch=8",
        "reward.calibrationSamples=16", "rl.steps=3", "rl.episodes=8", "rl.epochs=2", "evaluation.prompts=8",
    ];
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-run-policy-").FullName;

    string Data => Path.Combine(_folder, "data");

    string Model => Path.Combine(_folder, "model");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task Train_PolicyOfAStepThatIsExecutedAgain_IsTrainingFromItsExportedFolder() => IsItsExportedFolderAsync("run:teach@1", 1);

    [Theory]
    [Trait("Category", "Nightly")]
    [InlineData("run:latest@2", 2)]                  // a checkpoint
    [InlineData("run:teacher-1", 3)]
    public Task Train_PolicyOfACheckpoint_IsTrainingFromItsExportedFolder(string name, int step) => IsItsExportedFolderAsync(name, step);

    async Task IsItsExportedFolderAsync(string name, int step)
    {
        await Training.RunAsync(Data, Teacher, s_recipe);
        string[] at = step == 3 ? [] : ["--at", $"{step}"];
        var exported = await App.RunAsync(["export", Teacher, "--format", "model", "-o", Model, "--data", Data, "--json", .. at]);
        Assert.True(exported.Code == ExitCode.Done, exported.Error);

        var student = await StudentAsync(Data, name);
        var other = await StudentAsync(Path.Combine(_folder, "other"), Model);

        Assert.Equal((other.Trajectory, other.State.Weights), (student.Trajectory, student.State.Weights));
        Assert.Equal($"run:{Teacher}@{step}", student.Recipe.Policy.Path);
        Assert.Equal(Logs.Read(Data, Teacher).After(step)!.State.Weights, student.State.Stage(StageNames.World)!.Artefacts[^1].Hash);
        Assert.Equal(Teacher, exported.Single().GetProperty("run").GetString());
        Assert.Equal(
            (step, student.State.Stage(StageNames.World)!.Artefacts[^1].Hash.ToString()),
            (exported.Single().GetProperty("step").GetInt32(), exported.Single().GetProperty("weights").GetString()));
    }

    [Fact]
    public async Task Train_PolicyOfARunThatIsDeletedLater_HoldsItsOwnCopy()
    {
        await Training.RunAsync(Data, Teacher, s_recipe);
        var student = await StudentAsync(Data, $"run:{Teacher}@2");
        Assert.Equal(ExitCode.Done, (await App.RunAsync("runs", "delete", Teacher, "--data", Data)).Code);

        var audit = await App.RunAsync("audit", student.Id.Value, "--recompute", "1..2", "--data", Data, "--json");
        var fork = await TrainProcess.RunForkAsync(student.Id.Value, "--at", "1", "--data", Data);

        Assert.True(audit.Code == ExitCode.Done, audit.Error);
        Assert.True(fork.Code == ExitCode.Done, fork.Error);
        Assert.Equal(student.Trajectory, Logs.Read(Data, "latest").Trajectory);
    }

    [Fact]
    public async Task Resume_PolicyOfARunAndNothingStoredYet_TakesItAgain()
    {
        await Training.RunAsync(Data, Teacher, s_recipe);
        var student = await StudentAsync(Data, $"run:{Teacher}@1");
        Logs.CutAfterStart(Data, student.Id.Value);

        var resumed = await TrainProcess.RunAsync("--resume", student.Id.Value, "--data", Data);

        Assert.True(resumed.Code == ExitCode.Done, resumed.Error);
        Assert.Contains($"starts from the policy of run {Teacher} after step 1", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(student.Trajectory, Logs.Read(Data, student.Id.Value).Trajectory);
    }

    [Theory]
    [InlineData(ExitCode.NotFound, "there is no run 'nobody'", "run:nobody@1")]
    [InlineData(ExitCode.NotFound, "step 9 is not in the log", "run:teacher-1@9")]
    [InlineData(ExitCode.Usage, "is not run:RUN@STEP", "run:teacher-1@last")]
    public async Task Train_PolicyOfNoRun_SaysWhyAndBeginsNothing(int code, string message, string name)
    {
        await Training.RunAsync(Data, Teacher, s_recipe);

        var result = await App.RunAsync("train", "pocket-tiny", "--set", $"policy.path={name}", "--accept-build", "--data", Data);

        Assert.Equal((code, true), (result.Code, result.Error.Contains(message, StringComparison.Ordinal)));
        Assert.Single((await App.RunAsync("runs", "--data", Data, "--json")).Lines());
    }

    [Fact]
    public async Task Train_PolicyOfARunAndNoDataDirectory_IsNotFoundAndMakesNone()
    {
        var result = await App.RunAsync("train", "pocket-tiny", "--set", "policy.path=run:x@1", "--data", Data);

        Assert.Equal(ExitCode.NotFound, result.Code);
        Assert.False(Directory.Exists(Data));
    }

    [Theory]
    [InlineData(ExitCode.Done, "is a valid recipe", "run:x@1")]
    [InlineData(ExitCode.Usage, "'run:x@one' is not run:RUN@STEP", "run:x@one")]
    public async Task Validate_PolicyOfARun_ChecksItsForm(int code, string message, string name)
    {
        var result = await App.RunAsync("validate", "pocket-tiny", "--set", $"policy.path={name}");
        Assert.Equal((code, true), (result.Code, result.Error.Contains(message, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ExportModel_Folder_WritesWhatTheRunWrites()
    {
        await Training.RunAsync(Data, Teacher, s_recipe);
        var exported = await App.RunAsync("export", Teacher, "--format", "model", "--at", "1", "-o", Model, "--data", Data);
        Assert.Equal(ExitCode.Done, exported.Code);
        string[] how = ["--prompt", "list 4 fruit words", "--count", "4", "--max-tokens", "8", "--json"];

        var folder = await App.RunAsync(["generate", "--model", Model, .. how]);
        var run = await App.RunAsync(["generate", "--model", $"run:{Teacher}@1", "--data", Data, .. how]);

        Assert.Equal((ExitCode.Done, run.Out), (folder.Code, folder.Out));
        var again = await App.RunAsync("export", Teacher, "--format", "model", "-o", Model, "--data", Data);
        Assert.Equal((ExitCode.Failed, ""), (again.Code, again.Out));
        Assert.Contains("there is something at this place already", again.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "belong to --format model", "--at", "1")]
    [InlineData(ExitCode.Usage, "belong to --format model", "--format", "csv", "--accept-build")]
    [InlineData(ExitCode.Usage, "--at", "--format", "model", "--at", "-1")]
    [InlineData(ExitCode.NotFound, "step 4 is not in the log", "--format", "model", "--at", "4")]
    public async Task ExportModel_Impossible_SaysWhyAndWritesNothing(int code, string message, params string[] args)
    {
        await Training.RunAsync(Data, Teacher, s_recipe);

        var result = await App.RunAsync(["export", Teacher, "-o", Model, "--data", Data, .. args]);

        Assert.Equal((code, true), (result.Code, result.Error.Contains(message, StringComparison.Ordinal)));
        Assert.False(Path.Exists(Model));
    }

    static async Task<Actors.Runs.Reading.RunRecord> StudentAsync(string data, string policy)
    {
        string[] set = [.. s_recipe, "pretrain.steps=20", "rl.steps=2", "seed=5", $"policy.path={policy}"];
        var trained = await TrainProcess.RunAsync(["pocket-tiny", .. set.SelectMany(one => new[] { "--set", one }), "--data", data]);
        Assert.True(trained.Code == ExitCode.Done, trained.Error);
        return Logs.Read(data, "latest");
    }
}
