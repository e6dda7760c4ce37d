using System.Text.Json.Serialization;

namespace ActorRlhf.Host.Contracts;

/// <summary>The object of <c>audit</c>.</summary>
/// <param name="Ok">Whether all is well.</param>
/// <param name="Events">Events whose hash holds, those included that a fork shares with its parent.</param>
/// <param name="Artefacts">Files whose hash holds.</param>
/// <param name="Recomputed">Steps that were executed again.</param>
/// <param name="Head">The last event of the training stream that is linked to its beginning, <c>SEQUENCE:HASH</c>.</param>
/// <param name="FirstBad">The earliest fault; null if all is well.</param>
sealed record AuditLine(bool Ok, long Events, int Artefacts, IReadOnlyList<int> Recomputed, string Head, FaultLine? FirstBad)
{
    /// <summary>
    /// With <c>--tolerance</c>: the largest difference of the recomputed steps' numbers
    /// from the log's, relative to the larger of both and 1; otherwise absent.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LargestDifference { get; init; }

    /// <summary>
    /// With <c>--recompute</c>: the steps after which a held-out evaluation was sampled and scored again; otherwise absent.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? RecomputedEvaluations { get; init; }

    /// <summary>With <c>--recompute all</c>: the stages before RL that were executed again; otherwise absent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? RecomputedStages { get; init; }

    /// <summary>Stages taken from runs that are not at hand, which only executing them again proves; absent where none are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReusedLine>? NotFollowed { get; init; }
}
