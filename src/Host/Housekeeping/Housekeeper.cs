using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using Microsoft.Extensions.Logging;

namespace ActorRlhf.Host.Housekeeping;

/// <summary>What a long-lived host does besides: it watches the disk and makes backups, from its start until it is disposed.</summary>
sealed class Housekeeper : IAsyncDisposable
{
    readonly CancellationTokenSource _ending = new();
    readonly Task _jobs;

    Housekeeper(DiskWatch disk, Backups? backups)
    {
        (Disk, Backups) = (disk, backups);
        _jobs = Task.WhenAll(disk.RunAsync(_ending.Token), backups?.RunAsync(_ending.Token) ?? Task.CompletedTask);
    }

    /// <summary>Whether there is room.</summary>
    public DiskWatch Disk { get; }

    /// <summary>Makes backups; null where no directory is set for them.</summary>
    public Backups? Backups { get; }

    /// <summary>Begins.</summary>
    /// <param name="data">The data directory, on whose disk room is needed.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="rules">When to do what.</param>
    /// <param name="logs">Where it says what it does.</param>
    public static Housekeeper Start(DataDirectory data, RunSystem runs, HousekeepingRules rules, ILoggerFactory logs)
    {
        var (time, path) = (TimeProvider.System, data.Path);
        var disk = new DiskWatch(
            runs, path, () => DiskWatch.RoomOf(path), rules.WaitBelow, rules.PauseBelow, time, logs.CreateLogger<DiskWatch>());
        return new Housekeeper(disk, rules.BackupTo is { } directory
            ? new Backups(data.Store, directory, rules.BackupEvery, rules.BackupsKept, time, logs.CreateLogger<Backups>())
            : null);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        Backups?.Dispose();
        await _jobs.ConfigureAwait(false);
        _ending.Dispose();
    }
}
