using System.Net;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Host.Housekeeping;
using ActorRlhf.Host.Tests.Api;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ActorRlhf.Host.Tests.Housekeeping;

/// <summary>Backups on schedule and when they are asked for.</summary>
[Collection(TrainedRunsCollection.Name)]
public sealed class BackupsTests(TrainedRuns trained) : IDisposable
{
    static readonly TimeSpan s_day = TimeSpan.FromDays(1), s_look = TimeSpan.FromMilliseconds(20);
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-backups-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_OnSchedule_MakesOneADayAcrossRestartsAndKeepsTheNewest()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var data = DataDirectory.OpenForReading(trained.Data);
        using var backups = new Backups(data.Store, _folder, s_day, keep: 2, time, NullLogger.Instance);
        using (var ending = new CancellationTokenSource())
        {
            var running = backups.RunAsync(ending.Token);
            await UntilAsync(() => backups.All().Count == 1, () => { });
            await UntilAsync(() => backups.All().Count == 2, () => time.Advance(TimeSpan.FromHours(1)));
            Assert.InRange(time.GetUtcNow().Day, 2, int.MaxValue);
            await ending.CancelAsync();
            await running;
        }
        var (first, second) = (backups.All()[1], backups.All()[0]);

        using var again = new CancellationTokenSource();
        var goesOn = backups.RunAsync(again.Token);
        await UntilAsync(() => backups.All()[0] != second, () => time.Advance(TimeSpan.FromHours(1)));
        await UntilAsync(() => backups.All().Count == 2, () => { });
        await again.CancelAsync();
        await goesOn;

        Assert.False(File.Exists(first));
        Assert.True(File.Exists(second));
        var restored = Path.Combine(_folder, "restored");
        DataBackup.Restore(backups.All()[0], restored, TimeProvider.System);
        using var back = DataDirectory.OpenForReading(restored);
        Assert.Equal(
            new RunReader(data.Store).Open(TrainedRuns.Done).Head, new RunReader(back.Store).Open(TrainedRuns.Done).Head);
    }

    /// <summary>A timer waits for seven weeks at most.</summary>
    [Fact]
    public async Task Run_EveryHundredDays_MakesTheNextOneThen()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var data = DataDirectory.OpenForReading(trained.Data);
        using var backups = new Backups(data.Store, _folder, 100 * s_day, keep: 2, time, NullLogger.Instance);
        using var ending = new CancellationTokenSource();
        var running = backups.RunAsync(ending.Token);
        await UntilAsync(() => backups.All().Count == 1, () => { });

        await UntilAsync(() => backups.All().Count == 2, () => time.Advance(TimeSpan.FromHours(12)));

        Assert.InRange(time.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), 100 * s_day, TimeSpan.MaxValue);
        await ending.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Make_ClockWasWrongBefore_MakesOneNowAndKeepsIt()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var data = DataDirectory.OpenForReading(trained.Data);
        using (var early = new Backups(data.Store, _folder, null, keep: 1, time, NullLogger.Instance))
            await early.MakeAsync(CancellationToken.None);
        var right = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var backups = new Backups(data.Store, _folder, s_day, keep: 1, right, NullLogger.Instance);
        using var ending = new CancellationTokenSource();

        var running = backups.RunAsync(ending.Token);
        await UntilAsync(() => backups.All() is [var one] && one.Contains("20260101", StringComparison.Ordinal), () => { });
        await ending.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Make_AfterAHostThatWasKilled_RemovesWhatItWasWriting()
    {
        var (killed, another) = (Path.Combine(_folder, ".actorrlhf-20260101T000000000Z.zip.0123.tmp"), Path.Combine(_folder, ".mine.tmp"));
        foreach (var file in (string[])[killed, another])
        {
            File.WriteAllText(file, "half");
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-2));
        }
        var beside = Path.Combine(_folder, ".actorrlhf-20260102T000000000Z.zip.4567.tmp");
        File.WriteAllText(beside, "another host writes it");
        using var data = DataDirectory.OpenForReading(trained.Data);
        using var backups = new Backups(data.Store, _folder, null, keep: 1, TimeProvider.System, NullLogger.Instance);

        await backups.MakeAsync(CancellationToken.None);

        Assert.Equal((false, true, true), (File.Exists(killed), File.Exists(another), File.Exists(beside)));
    }

    [Fact]
    public async Task Post_ABackup_IsThereOrTheSettingIsNamed()
    {
        await using var host = await ServedHost.StartAsync(with: settings => settings with
        {
            Housekeeping = settings.Housekeeping with { BackupTo = _folder },
        });
        await host.AwaitAsync(await host.SubmitAsync(), "completed");

        var made = await host.PostAsync("/v1/backups", new { }, HttpStatusCode.Created);

        Assert.Equal(Assert.Single(Directory.GetFiles(_folder)), made.GetProperty("file").GetString());
        await using var without = await ServedHost.StartAsync();
        var refused = await without.PostAsync("/v1/backups", new { }, HttpStatusCode.Conflict);
        Assert.Contains("backup.to", refused.GetProperty("detail").GetString());
    }

    static async Task UntilAsync(Func<bool> isThere, Action meanwhile)
    {
        using var timer = new PeriodicTimer(s_look);
        for (var left = 3000; !isThere(); left--)
        {
            Assert.True(left > 0, "it did not come");
            meanwhile();
            await timer.WaitForNextTickAsync();
        }
    }
}
