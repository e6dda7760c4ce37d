using System.Diagnostics;

namespace ActorRlhf.Crash;

/// <summary>
/// Killed in the middle of writing, at the n-th write, flush, rename or removal of one
/// of its threads: a checkpoint, an artefact, a transaction is whole or not there.
/// </summary>
[Trait("Category", "Crash")]
public sealed class KilledCallTests
{
    static readonly string[] s_short =
    [
        "rl.steps=3", "checkpoint.every=1", "checkpoint.keep=1", "checkpoint.sftEvery=3", "evaluation.every=3", "evaluation.prompts=8",
        "pretrain.steps=5", "preferences.pairs=32", "preferences.heldout=16", "reward.calibrationSamples=16",
    ];
    static readonly Lazy<Task<Outcome>> s_sound = new(() => KilledRun.SoundAsync("pocket-tiny", s_short));

    [SkippableTheory("strace", "-V")]
    [InlineData("fsync", new[] { 1, 4, 9, 15, 22, 30 })]
    [InlineData("pwrite64", new[] { 2, 15, 35, 60, 90 })]
    [InlineData("rename", new[] { 1, 3, 5, 8, 11 })]
    [InlineData("unlink", new[] { 2, 6, 12, 20 })]
    public Task Train_KilledAtACall_EndsAsIfNeverKilled(string call, int[] moments) => KillAsync(call, moments);

    [SkippableTheory("strace", "-V")]
    [Trait("Category", "Nightly")]
    [InlineData("fsync", 45)]
    [InlineData("pwrite64", 110)]
    [InlineData("rename", 15)]
    [InlineData("unlink", 40)]
    public Task Train_KilledAtEveryCall_EndsAsIfNeverKilled(string call, int moments) => KillAsync(call, [.. Enumerable.Range(1, moments)]);

    static async Task KillAsync(string call, int[] moments)
    {
        foreach (var moment in moments)
            // The threads share the calls out differently each time: where none comes to so many, an earlier one counts.
            for (var n = moment; !await KillAsync(call, n); n = n * 3 / 4) Assert.True(n > 1, $"no process made a call of {call}");
    }

    /// <summary>False if no thread made so many calls, so that the run ended by itself.</summary>
    static async Task<bool> KillAsync(string call, int n)
    {
        using var run = new KilledRun("pocket-tiny", s_short);
        var killed = await run.KillAtCallAsync(call, n);
        Assert.Equal(await s_sound.Value, await run.EndAsync());
        run.AssertNewestCheckpointsWereUsed();
        return killed;
    }

    /// <summary>A theory that is skipped, with a reason, where a program is not there.</summary>
    sealed class SkippableTheoryAttribute : TheoryAttribute
    {
        public SkippableTheoryAttribute(string program, string argument)
        {
            try { Process.Start(new ProcessStartInfo(program, argument) { RedirectStandardOutput = true })!.WaitForExit(); }
            catch (System.ComponentModel.Win32Exception) { Skip = $"{program} is not installed"; }
        }
    }
}
