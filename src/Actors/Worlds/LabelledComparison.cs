using ActorRlhf.Models.Training;

namespace ActorRlhf.Actors.Worlds;

/// <summary>Two completions of one prompt and which one was preferred.</summary>
/// <param name="Prompt">What was asked.</param>
/// <param name="Chosen">Text of the preferred completion.</param>
/// <param name="Rejected">Text of the other.</param>
/// <param name="Tokens">Both as token sequences.</param>
/// <param name="Flipped">Whether noise turned the label round; null where nobody knows.</param>
public sealed record LabelledComparison(WorldPrompt Prompt, string Chosen, string Rejected, Comparison Tokens, bool? Flipped);

/// <summary>A set of comparisons.</summary>
/// <param name="Who">The annotator.</param>
/// <param name="Items">The comparisons, in a fixed order.</param>
/// <param name="Ties">How many were decided by a draw.</param>
public sealed record LabelledComparisons(string Who, IReadOnlyList<LabelledComparison> Items, int Ties);
