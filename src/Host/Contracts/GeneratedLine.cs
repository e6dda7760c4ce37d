namespace ActorRlhf.Host.Contracts;

/// <summary>A completion as <c>--json</c> prints it.</summary>
/// <param name="Prompt">What was continued.</param>
/// <param name="Completion">The text, without special tokens.</param>
/// <param name="Tokens">Ids of the sampled tokens, EOS included.</param>
/// <param name="StopReason"><c>eos</c> or <c>length</c>.</param>
sealed record GeneratedLine(string Prompt, string Completion, int[] Tokens, string StopReason);
