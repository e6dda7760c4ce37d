namespace ActorRlhf.Host.Failures;

/// <summary>A host did not do what was asked of it, and said why.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="detail">
/// Its words, which are those that a command on a data directory has; several lines where several things are wrong.
/// </param>
sealed class HostRefusedException(int status, string detail) : Exception(detail)
{
    /// <summary>HTTP status.</summary>
    public int Status => status;

    /// <summary>What a command ends with.</summary>
    public int ExitCode => status switch
    {
        400 or 413 or 415 => Contracts.ExitCode.Usage,
        401 or 403 => Contracts.ExitCode.NotAllowed,
        404 => Contracts.ExitCode.NotFound,
        502 or 503 or 504 => Contracts.ExitCode.Unreachable,
        _ => Contracts.ExitCode.Failed,
    };
}
