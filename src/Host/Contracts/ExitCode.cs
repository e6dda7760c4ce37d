namespace ActorRlhf.Host.Contracts;

/// <summary>What the program's exit codes mean; scripts rely on them.</summary>
static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;
    /// <summary>Failed.</summary>
    public const int Failed = 1;
    /// <summary>The command line or the recipe is wrong.</summary>
    public const int Usage = 2;
    /// <summary>There is no such run, model or recipe.</summary>
    public const int NotFound = 3;
    /// <summary>Not allowed.</summary>
    public const int NotAllowed = 4;
    /// <summary>The data directory is in use, or a service cannot be reached.</summary>
    public const int Unreachable = 5;
    /// <summary>Interrupted by a person.</summary>
    public const int Interrupted = 130;
}
