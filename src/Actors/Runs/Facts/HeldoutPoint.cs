using System.Text.Json.Serialization;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>One held-out evaluation, as the log has it.</summary>
/// <param name="Step">Updates behind the policy; 0 is before RL.</param>
/// <param name="Proxy">Mean aggregated score; null if one could not be computed.</param>
/// <param name="Gold">Mean true utility; null where nobody knows it.</param>
/// <param name="Kl">Mean sequence sum of k1, nats.</param>
/// <param name="Length">Mean tokens.</param>
public sealed record HeldoutPoint(int Step, double? Proxy, double? Gold, double? Kl, double? Length)
{
    /// <summary>√KL, the distance of Gao et al. 2022 (arXiv 2210.10760); a KL below 0, which is an estimate's noise, counts as 0.</summary>
    public double? Distance => Kl is { } kl ? Math.Sqrt(Math.Max(0, kl)) : null;

    /// <summary>The alarm, where this evaluation raised it; null otherwise.</summary>
    [JsonIgnore]
    public MismatchDetected? Mismatch { get; init; }

    /// <summary>The first one with the highest gold; null without gold.</summary>
    public static HeldoutPoint? Peak(IReadOnlyList<HeldoutPoint> points) =>
        points.Where(point => point.Gold is not null).MaxBy(point => point.Gold);
}
