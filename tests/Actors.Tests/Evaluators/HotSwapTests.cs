using ActorRlhf.Actors.Evaluators;

namespace ActorRlhf.Actors.Tests.Evaluators;

/// <summary>Counts the handles of this process, so nothing runs beside it.</summary>
[CollectionDefinition(nameof(HotSwapTests), DisableParallelization = true)]
[Collection(nameof(HotSwapTests))]
public sealed class HotSwapTests
{
    const int Noise = 5;                       // handles of the runtime that come and go

    [SandboxFact]
    public Task Swap_20Times_LeaksNothing() => SwapAsync(20);

    [SandboxFact]
    [Trait("Category", "Nightly")]
    public Task Swap_200Times_LeaksNothing() => SwapAsync(200);

    static async Task SwapAsync(int times)
    {
        await using var evaluator = new ScriptedEvaluator();
        var found = await evaluator.DiscoverAsync();
        await SwapOnceAsync();
        var (handles, copies) = (Handles(), Copies());

        for (var i = 0; i < times; i++) await SwapOnceAsync();

        evaluator.AssertNothingLeft();
        Assert.InRange(Handles() - handles, -1000, Noise);
        Assert.InRange(Copies() - copies, -1000, Noise);

        async Task SwapOnceAsync()
        {
            await using var judge = (ProcessJudge)evaluator.Judges.Create(found);
            Assert.Equal(5, (await judge.ScoreAsync(ScriptedEvaluator.Items(5), default)).Count);
        }
    }

    static int Handles() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    static int Copies() => Directory.GetDirectories(Path.GetTempPath(), "actorrlhf-evaluator-*").Length;
}
