namespace ActorRlhf.Evaluation.Catalogue.MultipleChoice;

/// <summary>A row of a file of questions.</summary>
/// <param name="Index">Its place, from 0; rows that cannot be read have one, too.</param>
/// <param name="Question">The question; null where the row cannot be read.</param>
/// <param name="Error">Why it cannot, with its line; null where it can.</param>
public sealed record ChoiceItem(int Index, ChoiceQuestion? Question, string? Error);
