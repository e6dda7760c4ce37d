namespace ActorRlhf.Host.Contracts;

/// <summary>Best-of-n for one n as <c>--json</c> prints it.</summary>
/// <param name="N">Samples that the best is chosen from.</param>
/// <param name="KlBound">Upper bound of the KL divergence from the SFT policy, nats.</param>
/// <param name="Proxy">Reward of the best, averaged over prompts.</param>
/// <param name="Gold">True utility of the best; null where nobody knows it.</param>
sealed record BestOfNLine(int N, double KlBound, MeanLine Proxy, MeanLine? Gold);
