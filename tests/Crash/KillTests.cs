using ActorRlhf.Actors.Tests.Storage;
using ActorRlhf.Models.Randomness;
using Xunit.Abstractions;

namespace ActorRlhf.Crash;

/// <summary>
/// <c>kill -9</c> at any moment, by real processes: the run ends as
/// if it had never been killed, and nothing acknowledged is lost.
/// </summary>
[Trait("Category", "Crash")]
public sealed class KillTests(ITestOutputHelper log)
{
    static readonly string[] s_short =
    [
        "rl.steps=10", "checkpoint.every=4", "checkpoint.sftEvery=20", "evaluation.every=5", "pretrain.steps=60", "preferences.pairs=96",
    ];

    [Theory]
    [OnBothStores(1, 5)]
    public Task Train_KilledAtRandomMoments_EndsAsIfNeverKilled(int seed, int kills, StoreKind kind) =>
        KillAtRandomAsync(kind, seed, kills, "pocket-tiny", s_short);

    [Theory]
    [Trait("Category", "Nightly")]
    [OnBothStores(2, 25)]
    [OnBothStores(3, 25)]
    public Task Train_KilledAtManyRandomMoments_EndsAsIfNeverKilled(int seed, int kills, StoreKind kind) =>
        KillAtRandomAsync(kind, seed, kills, "pocket-tiny", s_short);

    [Theory]
    [Trait("Category", "Nightly")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public Task Train_QuickstartKilledTwentyTimes_EndsAsIfNeverKilled(int seed) => KillAtRandomAsync(
        StoreKind.Sqlite, seed, 20, "quickstart", $"seed={seed}", "pretrain.steps=200", "checkpoint.sftEvery=50", "preferences.pairs=1024",
        "preferences.heldout=128", "rl.steps=60", "evaluation.every=20", "evaluation.prompts=64");

    async Task KillAtRandomAsync(StoreKind kind, int seed, int kills, string recipe, params string[] overrides)
    {
        var sound = await KilledRun.SoundAsync(recipe, overrides);
        using var run = new KilledRun(recipe, overrides).On(kind);
        var draws = Purpose.Bootstrap.Draws((ulong)seed);
        const string setting = "rl.steps=";
        var steps = overrides.Single(one => one.StartsWith(setting, StringComparison.Ordinal))[setting.Length..];
        var total = 11 + 4 * int.Parse(steps, System.Globalization.CultureInfo.InvariantCulture);
        var moments = Enumerable.Range(0, kills)
            .Select(_ => (Events: draws.Integer(total), Looks: draws.Integer(4)))
            .OrderBy(moment => moment.Events)
            .ToArray();
        var killed = 0;
        foreach (var (events, looks) in moments)
        {
            log.WriteLine($"seed {seed}: kill {looks} looks after event {events} of about {total}");
            if (!await run.KillAtAsync(events, looks)) break;
            killed++;
        }

        Assert.Equal(sound, await run.EndAsync());
        // The last of them may come after the run's end.
        Assert.True(killed >= kills - kills / 5, $"{killed} of {kills} kills");
        run.AssertNewestCheckpointsWereUsed();
    }
}
