namespace ActorRlhf.Models.Sampling;

/// <summary>One completion to be sampled.</summary>
/// <param name="PromptIds">Token ids the model continues, BOS included, no padding.</param>
/// <param name="Step">Second word of the random counter.</param>
/// <param name="Sample">Third word of the random counter: a completion depends on it, not on its place in the batch.</param>
public sealed record SampleRequest(int[] PromptIds, uint Step, uint Sample);
