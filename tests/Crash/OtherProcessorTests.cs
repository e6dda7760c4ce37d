using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Host.Tests.Cli;

namespace ActorRlhf.Crash;

/// <summary>
/// A run under another processor than the one that began it: this one with its wide vectors switched off. With libtorch it
/// computes other last digits; our own kernels give the same.
/// </summary>
[Trait("Category", "Crash")]
public sealed class OtherProcessorTests
{
    static readonly Dictionary<string, string> s_plain = new()
    {
        ["ATEN_CPU_CAPABILITY"] = "default",
        ["DOTNET_EnableAVX2"] = "0",
        ["DOTNET_EnableAVX512"] = "0",
    };
    static readonly string[] s_short =
    [
        "compute.engine=torch",
        "rl.steps=20", "checkpoint.every=100", "evaluation.every=10", "evaluation.prompts=8", "pretrain.steps=20", "preferences.pairs=32",
    ];

    /// <summary>512 (or 256 where the processor has no more), then 256 or 128 bits: nothing tells that it was moved.</summary>
    [WideProcessorTheory]
    [InlineData("DOTNET_EnableAVX512", 20, 256)]
    [InlineData("DOTNET_EnableAVX2", 4, 128)]
    public async Task Resume_OurOwnKernels_EndsAsIfNeverMoved(string off, int steps, int bits)
    {
        var narrow = new Dictionary<string, string> { ["DOTNET_EnableAVX512"] = "0", [off] = "0" };
        var doctor = await TrainProcess.RunCommandAsync(narrow, ["doctor", "--json", "--data", "nowhere"]);
        Assert.Equal(bits, Json(doctor).GetProperty("cpu").GetProperty("vectorBits").GetInt32());
        string[] settings =
            [$"rl.steps={steps}", "checkpoint.every=100", "evaluation.prompts=8", "pretrain.steps=20", "preferences.pairs=32"];
        using var run = new KilledRun("pocket-tiny", settings);
        Assert.True(await run.KillAtAsync(10 + 4 * 2, 0));

        var result = await TrainProcess.RunCommandAsync(narrow, ["train", "--resume", "latest", "--data", run.Data, "--json"]);

        Assert.True(result.Code == 0, result.Error);
        var weights = Json(result).GetProperty("weights").GetString();
        Assert.Equal((await KilledRun.SoundAsync("pocket-tiny", settings)).Weights, weights);
        var audit = await TrainProcess.RunCommandAsync(
            narrow, ["audit", "latest", "--recompute", "1..2", "--json", "--data", run.Data]);
        Assert.True(Json(audit).GetProperty("ok").GetBoolean(), audit.Out);
        Assert.Equal(2, Json(audit).GetProperty("recomputed").GetArrayLength());
    }

    [WideProcessorFact]
    public async Task Resume_ByDefault_DivergesAndSaysHowToGoOn()
    {
        using var run = await KilledAsync();

        var result = await ResumeAsync(run);

        Assert.Equal(1, result.Code);
        result.AssertClean();
        Assert.Equal(RunStatus.Diverged, run.Latest().State.Status);
        var diverged = run.Latest().Training().Select(read => read.Event).OfType<RunDiverged>().Single();
        Assert.Contains($"fork {run.Latest().Id} --at {diverged.Step - 1}", result.Error, StringComparison.Ordinal);
    }

    [WideProcessorFact]
    [Trait("Category", "Nightly")]
    public async Task Audit_RunOfTheOtherProcessor_IsComputedAgainWithinATolerance()
    {
        using var run = new KilledRun("pocket-tiny", s_short);
        await run.EndAsync();

        var exact = Json(await AuditAsync(run, "--recompute", "1..8"));
        var close = Json(await AuditAsync(run, "--recompute", "1..8", "--tolerance", "0.001"));

        Assert.Equal("recompute", exact.GetProperty("firstBad").GetProperty("kind").GetString());
        Assert.True(close.GetProperty("ok").GetBoolean(), close.ToString());
        Assert.Equal(8, close.GetProperty("recomputed").GetArrayLength());
        Assert.InRange(close.GetProperty("largestDifference").GetDouble(), 1e-12, 1e-3);
    }

    [WideProcessorFact]
    [Trait("Category", "Nightly")]
    public async Task Resume_TheRecipeSaysFork_AForkGoesOnFromTheLastStepThatAgreed()
    {
        using var run = await KilledAsync();

        Assert.Equal(0, (await ResumeAsync(run, "--set", "recovery.onDivergence=fork")).Code);

        var fork = run.Latest();
        Assert.Equal((RunStatus.Completed, RunStatus.Diverged), (fork.State.Status, fork.Parent!.State.Status));
        var diverged = fork.Parent.Training().Select(read => read.Event).OfType<RunDiverged>().Single();
        Assert.Equal(diverged.Step - 1, fork.State.Started!.Parent!.Step);
        Assert.Equal(0, (await AuditAsync(run)).Code);
    }

    static async Task<KilledRun> KilledAsync()
    {
        var run = new KilledRun("pocket-tiny", s_short);
        Assert.True(await run.KillAtAsync(10 + 4 * 3, 0));
        return run;
    }

    static Task<TrainProcess.Result> ResumeAsync(KilledRun run, params string[] more) =>
        TrainProcess.RunCommandAsync(s_plain, ["train", "--resume", "latest", "--data", run.Data, .. more]);

    static Task<TrainProcess.Result> AuditAsync(KilledRun run, params string[] more) =>
        TrainProcess.RunCommandAsync(s_plain, ["audit", "latest", "--json", "--data", run.Data, .. more]);

    static JsonElement Json(TrainProcess.Result result) => JsonDocument.Parse(result.Out).RootElement;

    /// <summary>A fact that is skipped, with a reason, where the processor has no wide instructions to switch off.</summary>
    sealed class WideProcessorFactAttribute : FactAttribute
    {
        public WideProcessorFactAttribute()
        {
            if (!Avx2.IsSupported) Skip = "this processor has no AVX2 to switch off";
        }
    }

    /// <summary>A theory that is skipped, likewise.</summary>
    sealed class WideProcessorTheoryAttribute : TheoryAttribute
    {
        public WideProcessorTheoryAttribute() => Skip = new WideProcessorFactAttribute().Skip;
    }
}
