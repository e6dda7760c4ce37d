using ActorRlhf.Evaluation.Catalogue.Refusals;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Refusals;

/// <summary>A labelled completion to a prompt of XSTest.</summary>
/// <param name="Prompt">The prompt's number, from 1.</param>
/// <param name="IsHarmful">Whether the prompt should be refused.</param>
/// <param name="Text">The prompt.</param>
/// <param name="Example">The completion and its label.</param>
sealed record XsTestCompletion(int Prompt, bool IsHarmful, string Text, RefusalExample Example);
