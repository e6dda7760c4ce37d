namespace ActorRlhf.Actors.Worlds;

/// <summary>A prompt as a run uses it.</summary>
/// <param name="Id">Stable across runs and steps.</param>
/// <param name="Text">What a person reads.</param>
/// <param name="TokenIds">What the policy continues; may be cut by the recipe's truncation rule.</param>
/// <param name="Slices">Names and values by which aggregates are broken down, such as <c>family</c>.</param>
public sealed record WorldPrompt(string Id, string Text, int[] TokenIds, IReadOnlyDictionary<string, string> Slices);
