namespace ActorRlhf.Evaluation.Statistics.Alarm;

/// <summary>A prompt whose score fell between two evaluations.</summary>
/// <param name="Prompt">Its index among the series' prompts.</param>
/// <param name="Before">Score of the earlier completion.</param>
/// <param name="After">Score of the later completion, lower.</param>
public readonly record struct FallenPrompt(int Prompt, double Before, double After);
