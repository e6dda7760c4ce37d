namespace ActorRlhf.Host.Display;

/// <summary>How far one stage is.</summary>
/// <param name="Unit">What it counts.</param>
/// <param name="Total">How many there are; 0 while nobody knows.</param>
sealed record StageRow(string Name, string Unit, int Total)
{
    /// <summary>How many are done.</summary>
    public int Done { get; init; }
    /// <summary>How many of them were done before anybody looked on.</summary>
    public int DoneBefore { get; init; }
    /// <summary>When it began; null before that.</summary>
    public DateTimeOffset? Began { get; init; }
    /// <summary>When it was stored, the beginning of time where it was before anybody looked on; null before that.</summary>
    public DateTimeOffset? Ended { get; init; }
    /// <summary>Its last figure.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Share that is done, 0 to 1.</summary>
    public double Share => Ended is not null ? 1 : Total > 0 ? (double)Done / Total : 0;

    /// <summary>How long it has taken.</summary>
    public TimeSpan Elapsed(DateTimeOffset now) => Began is { } began ? (Ended ?? now) - began : TimeSpan.Zero;

    /// <summary>Units a second; null before the first.</summary>
    public double? Rate(DateTimeOffset now) => Done > DoneBefore && Elapsed(now).TotalSeconds is > 0 and var seconds
        ? (Done - DoneBefore) / seconds
        : null;

    /// <summary>How long the rest takes at that rate; null when it is over or nobody knows.</summary>
    public TimeSpan? Remaining(DateTimeOffset now) =>
        Ended is null && Total > Done && Rate(now) is { } rate
            ? TimeSpan.FromSeconds((Total - Done) / rate)
            : null;
}
