namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>A feature of one completion.</summary>
/// <param name="Feature">Which one.</param>
/// <param name="Value">How much of it; 1 for what is there or not.</param>
/// <param name="Start">Where in the completion it was first seen, in characters.</param>
/// <param name="End">Where that ends, exclusively; <see cref="Start"/> for a feature of the whole.</param>
readonly record struct RefusalEvidence(RefusalFeature Feature, double Value, int Start, int End);
