using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Host.Display;
using Microsoft.Extensions.Logging;

namespace ActorRlhf.Host.Housekeeping;

/// <summary>
/// Looks again and again how much room is left on the disk: where it is little no run begins, and where it is less those that are under
/// way rest at a checkpoint, before a write fails. There is room again: they go on by themselves.
/// </summary>
/// <param name="runs">The runs.</param>
/// <param name="place">A path on the disk, for people.</param>
/// <param name="room">Bytes that are free, and bytes in all.</param>
/// <param name="waitBelow">Below this no run begins.</param>
/// <param name="restBelow">Below this none goes on.</param>
/// <param name="time">Clock of the looks.</param>
/// <param name="log">Hears what changes.</param>
sealed class DiskWatch(
    RunSystem runs, string place, Func<(long Free, long Total)> room, DiskThreshold waitBelow, DiskThreshold restBelow, TimeProvider time,
    ILogger log)
{
    const double Relief = 1.1;                        // so much more than the threshold must be free, or runs would start and stop
    static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    Level _level;

    /// <summary>Why the host cannot do its work; null where there is room.</summary>
    public string? Problem { get; private set; }

    /// <summary>The room on the disk of a path.</summary>
    public static (long Free, long Total) RoomOf(string path)
    {
        var disk = new DriveInfo(path);
        return (disk.AvailableFreeSpace, disk.TotalSize);
    }

    /// <summary>Looks until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        try
        {
            do Look();
            while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false));
        }
        catch (OperationCanceledException) { }
    }

    /// <summary>Looks once.</summary>
    public void Look()
    {
        long free, total;
        try { (free, total) = room(); }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            log.LogWarning(unknown, "The room on the disk of {Place} is not known", place);
            return;
        }
        var level = LevelOf(free, total);
        if (level < _level) level = (Level)Math.Min((int)_level, (int)LevelOf((long)(free / Relief), total));
        Problem = level switch
        {
            Level.Enough => null,
            Level.Little => Words(free, $"no run begins below {Readable.Bytes(waitBelow.Of(total))} (disk.waitBelow)"),
            _ => Words(free, $"no run goes on below {Readable.Bytes(restBelow.Of(total))} (disk.pauseBelow)"),
        };
        if (level == _level) return;
        if (Problem is null) log.LogInformation("{Free} are free on the disk of {Place}: runs go on", Readable.Bytes(free), place);
        else log.LogWarning("{Problem}", Problem);
        runs.CloseQueue(Problem);
        if (level is Level.Least) runs.Rest(Problem!);
        else if (_level is Level.Least) runs.Raise();
        _level = level;
    }

    Level LevelOf(long free, long total) =>
        free < restBelow.Of(total) ? Level.Least : free < waitBelow.Of(total) ? Level.Little : Level.Enough;

    string Words(long free, string rule) => $"{Readable.Bytes(free)} are free on the disk of {place}, and {rule}: free some";

    enum Level { Enough, Little, Least }
}
