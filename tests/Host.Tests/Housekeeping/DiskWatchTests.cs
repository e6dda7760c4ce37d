using System.Net;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Host.Housekeeping;
using ActorRlhf.Host.Tests.Api;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorRlhf.Host.Tests.Housekeeping;

/// <summary>A disk that fills up and is freed again, under real runs.</summary>
public sealed class DiskWatchTests
{
    static readonly DiskThreshold s_wait = new(1000, null), s_rest = new(100, null);
    long _free = 5000;

    [Fact]
    public async Task Look_LittleRoom_NoRunBeginsUntilThereIsMoreAgain()
    {
        await using var host = await ServedHost.StartAsync();
        var disk = Watch(host);
        At(disk, 999);

        var run = await host.SubmitAsync();

        await host.UntilAsync($"/v1/runs/{run}", shown => shown.GetProperty("waitsFor").GetString()?
            .Contains("no run begins below 1000 B (disk.waitBelow)", StringComparison.Ordinal) is true);
        At(disk, 1050);                               // more than the threshold, and not enough to stay there
        Assert.NotNull(disk.Problem);
        Assert.Equal("queued", (await host.GetAsync($"/v1/runs/{run}")).GetProperty("state").GetString());
        At(disk, 1200);
        Assert.Null(disk.Problem);
        await host.AwaitAsync(run, "completed");
    }

    [Fact]
    public async Task Look_HardlyAnyRoom_RunsRestAtACheckpointAndGoOnByThemselves()
    {
        await using var host = await ServedHost.StartAsync();
        var disk = Watch(host);
        // No checkpoint is due before the end: the one that comes was asked for.
        var set = new Dictionary<string, int> { ["rl.steps"] = 60, ["checkpoint.every"] = 1000, ["pretrain.steps"] = 20 };
        var run = (await host.PostAsync("/v1/runs", new { recipe = "pocket-tiny", set }, HttpStatusCode.Created))
            .GetProperty("run").GetString()!;
        await host.UntilAsync($"/v1/runs/{run}", shown => shown.GetProperty("step").GetInt32() > 0);

        At(disk, 99);

        await host.UntilAsync($"/v1/runs/{run}/events?type=checkpoint.asked/1", page => page.GetProperty("items").GetArrayLength() == 1);
        var rests = host.Record(run).State;
        Assert.InRange(rests.Step, 1, 59);
        Assert.Contains("disk.pauseBelow", (await host.GetAsync($"/v1/runs/{run}")).GetProperty("waitsFor").GetString());
        At(disk, 5000);
        await host.AwaitAsync(run, "completed");
        var record = host.Record(run);
        Assert.Empty(record.Training().Select(read => read.Event).OfType<RunRecovered>());
        Assert.Null(RunAudit.Of(host.Store, record.Id).FirstBad);
    }

    [Fact]
    public async Task Ready_TooLittleRoomByTheSetting_IsRefusedWithTheReason()
    {
        await using var host = await ServedHost.StartAsync(with: settings => settings with
        {
            Housekeeping = settings.Housekeeping with { WaitBelow = new DiskThreshold(long.MaxValue, null) },
        });

        var problem = await host.GetAsync("/health/ready", HttpStatusCode.ServiceUnavailable);

        Assert.Contains("disk.waitBelow", problem.GetProperty("detail").GetString());
        Assert.Contains("disk.waitBelow", (await host.GetAsync("/v1/schedule")).GetProperty("waitsFor").GetString());
    }

    DiskWatch Watch(ServedHost host) =>
        new(host.Server.Runs, "the test", () => (_free, 1 << 20), s_wait, s_rest, TimeProvider.System, NullLogger.Instance);

    void At(DiskWatch disk, long free)
    {
        _free = free;
        disk.Look();
    }
}
