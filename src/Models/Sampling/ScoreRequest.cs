namespace ActorRlhf.Models.Sampling;

/// <summary>A prompt with its response, to be scored.</summary>
/// <param name="TokenIds">Prompt and response, no padding.</param>
/// <param name="PromptLength">How many of them are the prompt; at least 1, at most all.</param>
public sealed record ScoreRequest(int[] TokenIds, int PromptLength);
