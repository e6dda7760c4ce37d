namespace ActorRlhf.Models.Data;

/// <summary>Three sets of dialogues without a prompt in common, each in file order.</summary>
/// <param name="Training">For demonstrations and reward models.</param>
/// <param name="Rl">Whose prompts reinforcement learning samples answers to.</param>
/// <param name="Evaluation">Held out: nothing is trained on it.</param>
public sealed record DatasetSplit(
    IReadOnlyList<PreferenceDialogue> Training, IReadOnlyList<PreferenceDialogue> Rl, IReadOnlyList<PreferenceDialogue> Evaluation);
