namespace ActorRlhf.Evaluation.Catalogue.MultipleChoice;

/// <summary>What a model reads of a question, and what it may continue it with.</summary>
/// <param name="Context">Ends in "Answer:", without a space.</param>
/// <param name="Answers">The choices' texts or letters; one space stands between the context and each.</param>
/// <remarks>
/// Worded as lm-evaluation-harness words ARC: "Question: …\nAnswer:" and the text of each choice. With letters the choices are
/// listed in the context, as in MMLU, whose task has no "Question: " and a line with the subject before it.
/// </remarks>
public sealed record ChoicePrompt(string Context, IReadOnlyList<string> Answers)
{
    /// <summary>The prompt of a question.</summary>
    /// <param name="question">The question.</param>
    /// <param name="letters">Whether the choices are listed and their letters are what is scored; otherwise it is their texts.</param>
    public static ChoicePrompt Of(ChoiceQuestion question, bool letters) => letters
        ? new($"Question: {question.Question}\n"
            + string.Concat(question.Choices.Select((choice, i) => $"{ChoiceQuestion.Letter(i)}. {choice}\n")) + "Answer:",
            [.. question.Choices.Select((_, i) => ChoiceQuestion.Letter(i))])
        : new($"Question: {question.Question}\nAnswer:", question.Choices);
}
