namespace ActorRlhf.Evaluation.Catalogue.MultipleChoice;

/// <summary>A question with answers to choose from.</summary>
/// <param name="Question">The question.</param>
/// <param name="Choices">The answers, 2 to <see cref="MostChoices"/>, none of them empty.</param>
/// <param name="Answer">Which of them is right, from 0.</param>
/// <param name="Slices">Names and values by which aggregates are broken down, such as <c>subject</c> = <c>anatomy</c>.</param>
public sealed record ChoiceQuestion(
    string Question, IReadOnlyList<string> Choices, int Answer, IReadOnlyDictionary<string, string> Slices)
{
    /// <summary>As many as there are letters.</summary>
    public const int MostChoices = 26;

    /// <summary>The letter of a choice.</summary>
    public static string Letter(int choice) => ((char)('A' + choice)).ToString();
}
