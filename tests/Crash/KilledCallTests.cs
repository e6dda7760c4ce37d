using System.Diagnostics;

namespace ActorRlhf.Crash;

/// <summary>Killed in the middle of writing, at the n-th flush or rename of one of its threads: a checkpoint, an artefact, a transaction is whole or not there.</summary>
[Trait("Category", "Crash")]
public sealed class KilledCallTests
{
    static readonly string[] s_short = ["rl.steps=3", "checkpoint.every=1", "checkpoint.keep=1", "checkpoint.sftEvery=3", "evaluation.every=3", "evaluation.prompts=8", "pretrain.steps=5", "preferences.pairs=32", "preferences.heldout=16", "reward.calibrationSamples=16"];
    static readonly Lazy<Task<Outcome>> s_sound = new(() => KilledRun.SoundAsync("pocket-tiny", s_short));

    [SkippableTheory("strace", "-V")]
    [InlineData("fsync", new[] { 1, 2, 3, 5, 8, 12, 17, 23, 30, 38 })]
    [InlineData("rename", new[] { 1, 2, 4, 6, 9, 11, 13, 16, 20, 24 })]
    public Task Train_KilledAtACall_EndsAsIfNeverKilled(string call, int[] moments) => KillAsync(call, moments);

    [SkippableTheory("strace", "-V")]
    [Trait("Category", "Nightly")]
    [InlineData("fsync", 100)]
    [InlineData("rename", 60)]
    public Task Train_KilledAtEveryCall_EndsAsIfNeverKilled(string call, int moments) => KillAsync(call, [.. Enumerable.Range(1, moments)]);

    static async Task KillAsync(string call, int[] moments)
    {
        var killed = 0;
        foreach (var n in moments)
        {
            using var run = new KilledRun("pocket-tiny", s_short);
            killed += await run.KillAtCallAsync(call, n) ? 1 : 0;
            Assert.Equal(await s_sound.Value, await run.EndAsync());
        }
        Assert.True(killed > 0, $"no process made {moments[0]} calls of {call} in one thread");
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
