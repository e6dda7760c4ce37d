namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>A completion that people have labelled.</summary>
/// <param name="Completion">Its text.</param>
/// <param name="Refuses">Whether it refuses, fully or partly.</param>
/// <param name="Partly">Whether it refuses only partly.</param>
sealed record RefusalExample(string Completion, bool Refuses, bool Partly);
