using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>What is wrong at a place of a log; in JSON its name in lower case.</summary>
public enum AuditFindingKind
{
    /// <summary>An event's bytes, hash or link were changed, or it is not what could have been written there.</summary>
    Altered,
    /// <summary>An event was removed.</summary>
    Missing,
    /// <summary>An event was put in that was never written there.</summary>
    Inserted,
    /// <summary>Events changed places.</summary>
    Reordered,
    /// <summary>The stream goes on elsewhere: something knows of events after its end.</summary>
    Truncated,
    /// <summary>A file that the event names is gone or has other bytes.</summary>
    Artefact,
    /// <summary>A number of the event, or of its artefact, does not follow from the others.</summary>
    Arithmetic,
    /// <summary>Executing a step again gives other numbers.</summary>
    Recompute,
}

/// <summary>Something wrong with a log.</summary>
/// <param name="Stream">Stream id.</param>
/// <param name="Sequence">The first altered, missing or foreign sequence number; for an artefact the first event that names it.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Detail">What was expected and what was found, in one sentence.</param>
public sealed record AuditFinding(string Stream, long Sequence, AuditFindingKind Kind, string Detail)
{
    internal static AuditFinding At(ReadEvent read, AuditFindingKind kind, string detail) => new(read.Stream, read.Sequence, kind, detail);

    internal static AuditFinding Of(ChainFault fault) =>
        new(fault.Stream, fault.Sequence, Enum.Parse<AuditFindingKind>(fault.Kind.ToString()), fault.Detail);
}
