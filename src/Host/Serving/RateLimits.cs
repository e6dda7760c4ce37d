namespace ActorRlhf.Host.Serving;

/// <summary>How often a token may ask: so many requests at once, which come back at so many in a period.</summary>
/// <param name="Reads">Requests that only read, in a period.</param>
/// <param name="ReadBurst">At once.</param>
/// <param name="Writes">Requests that command, each of which is written to the disk, in a period.</param>
/// <param name="WriteBurst">At once; more than of reads, because scripts submit their runs in one go.</param>
/// <param name="Period">The period.</param>
sealed record RateLimits(int Reads, int ReadBurst, int Writes, int WriteBurst, TimeSpan Period)
{
    /// <summary>What nobody notices who does not mean harm.</summary>
    public static readonly RateLimits Usual = new(200, 400, 20, 1000, TimeSpan.FromSeconds(1));
}
