namespace ActorRlhf.Host.Api;

/// <summary>How a job stands; lower case in JSON.</summary>
static class JobState
{
    /// <summary>Others come first.</summary>
    public const string Queued = "queued";
    /// <summary>The host works at it.</summary>
    public const string Running = "running";
    /// <summary>There is a result.</summary>
    public const string Done = "done";
    /// <summary>There is none, and the problem says why.</summary>
    public const string Failed = "failed";
    /// <summary>Somebody, or the host's end, ended it.</summary>
    public const string Cancelled = "cancelled";
}
