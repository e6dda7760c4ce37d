namespace ActorRlhf.Models.Data;

/// <summary>A dialogue as token ids.</summary>
/// <param name="Source">The texts.</param>
/// <param name="PromptIds">BOS and the prompt, or what the rule left of it.</param>
/// <param name="ChosenIds">The preferred answer and EOS; without EOS when it was cut.</param>
/// <param name="RejectedIds">The other answer, likewise.</param>
public sealed record TokenizedDialogue(PreferenceDialogue Source, int[] PromptIds, int[] ChosenIds, int[] RejectedIds);
