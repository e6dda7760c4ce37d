namespace ActorRlhf.Evaluation.Contract;

/// <summary>What one completion says of the KL divergence of the policy that sampled it from the reference, in nats.</summary>
/// <param name="K1">Sum over its tokens of log π − log π_ref: unbiased for the KL over sequences; may be negative.</param>
/// <param name="K3">
/// Sum over its tokens of (r − 1) − log r with r = π_ref / π, at least 0: Schulman 2020, Approximating KL Divergence. With k3 as a
/// token's estimate the sum is unbiased, too, and varies less.
/// </param>
public readonly record struct SequenceKl(double K1, double K3);
