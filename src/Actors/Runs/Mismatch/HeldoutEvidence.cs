using ActorRlhf.Actors.Log.Chain;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>What a log says of one held-out evaluation, by prompt.</summary>
/// <param name="Step">Updates behind the policy; 0 is before RL.</param>
/// <param name="Rollout">Artefact of the completions.</param>
/// <param name="Proxy">(B) aggregated score; NaN where a member failed.</param>
/// <param name="Members">(K)(B) scores by reward model.</param>
/// <param name="Kl">(B) Σ k1 over the completion, nats; null where nobody measured it.</param>
/// <param name="Lengths">(B) tokens.</param>
public sealed record HeldoutEvidence(
    int Step, ContentHash Rollout, double[] Proxy, float[][] Members, double[]? Kl, double[] Lengths)
{
    /// <summary>
    /// Mean Σ k1, nats; null without it, or where it is not finite. A mean below 0, which is an estimate's noise, counts as 0.
    /// </summary>
    public double? MeanKl => Kl?.Average() is { } mean && double.IsFinite(mean) ? Math.Max(0, mean) : null;

    /// <summary>√ of <see cref="MeanKl"/>.</summary>
    public double? Distance => MeanKl is { } kl ? Math.Sqrt(kl) : null;
}
