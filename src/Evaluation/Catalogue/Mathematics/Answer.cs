namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>What was read from a completion as its answer.</summary>
/// <param name="Text">The number as it is written, without currency; null where there is no answer.</param>
/// <param name="Number">Its value; null where there is no answer, or none that could be right.</param>
/// <param name="Reason">Why this number, or why none.</param>
readonly record struct Answer(string? Text, ExactNumber? Number, string Reason);
