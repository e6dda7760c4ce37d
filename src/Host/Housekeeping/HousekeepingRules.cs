namespace ActorRlhf.Host.Housekeeping;

/// <summary>When a host does what besides training.</summary>
sealed record HousekeepingRules
{
    /// <summary>Below so much room on the disk no run begins.</summary>
    public DiskThreshold WaitBelow { get; init; } = new(2L << 30, 0.05);

    /// <summary>Below so much room on the disk no run goes on.</summary>
    public DiskThreshold PauseBelow { get; init; } = new(512L << 20, 0.01);

    /// <summary>The directory of backups; null for none.</summary>
    public string? BackupTo { get; init; }

    /// <summary>How often a backup is made; null for only when it is asked for.</summary>
    public TimeSpan? BackupEvery { get; init; }

    /// <summary>How many backups are kept.</summary>
    public int BackupsKept { get; init; } = 7;
}
