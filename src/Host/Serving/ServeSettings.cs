using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Host.Housekeeping;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Serving;

/// <summary>How a long-lived host is started.</summary>
/// <param name="Address">Where it listens: <c>http://</c> and a loopback address, with a port; port 0 is one that is free.</param>
/// <param name="Concurrent">Most runs at once.</param>
/// <param name="Threads">Threads that compute, for all runs together.</param>
/// <param name="Files">Full path of the directory in which submitted recipes may name files; null for none.</param>
sealed record ServeSettings(Uri Address, int Concurrent, int Threads, string? Files)
{
    /// <summary>
    /// Beginnings of the addresses that submitted recipes may have told as <c>witness.url</c> or <c>evaluation.webhook</c>.
    /// </summary>
    public IReadOnlyList<Uri> Witnesses { get; init; } = [];

    /// <summary>Whether a proxy that speaks TLS stands before the host, so that the address need not be loopback.</summary>
    public bool BehindProxy { get; init; }

    /// <summary>Names by which requests may ask for the host besides its own loopback ones: those of the proxy.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Whether runs that another build trained go on by themselves, and each log says that this one was accepted.</summary>
    public bool AcceptsOtherBuilds { get; init; }

    /// <summary>What the runs may take together.</summary>
    public MemoryLimit Memory { get; init; } = MemoryLimit.OfThisMachine();

    /// <summary>Where traces and metrics are collected by OTLP; null where nobody says so here.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>Whether metrics are shown to Prometheus.</summary>
    public bool Prometheus { get; init; }

    /// <summary>How often a token may ask; null for the usual.</summary>
    public RateLimits? Rates { get; init; }

    /// <summary>What it does besides.</summary>
    public HousekeepingRules Housekeeping { get; init; } = new();

    /// <summary>Days for which log files are kept.</summary>
    public int LogDays { get; init; } = HostLogging.UsualDays;
}
