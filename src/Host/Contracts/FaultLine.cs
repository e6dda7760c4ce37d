using ActorRlhf.Actors.Runs.Auditing;

namespace ActorRlhf.Host.Contracts;

/// <summary>The earliest fault as <c>--json</c> prints it.</summary>
/// <param name="Stream">Stream id.</param>
/// <param name="Sequence">The first altered, missing or foreign sequence number.</param>
/// <param name="Kind">One of <see cref="AuditFindingKind"/> in lower case.</param>
/// <param name="Detail">What was expected and what was found.</param>
sealed record FaultLine(string Stream, long Sequence, string Kind, string Detail)
{
    public static FaultLine? Of(AuditFinding? finding) =>
        finding is null ? null : new(finding.Stream, finding.Sequence, finding.Kind.ToString().ToLowerInvariant(), finding.Detail);
}
