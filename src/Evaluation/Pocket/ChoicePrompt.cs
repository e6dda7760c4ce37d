using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Evaluation.Pocket;

/// <summary>Which of two words belongs to a topic. Gold: one answer, and it names the right letter.</summary>
sealed class ChoicePrompt : PocketPrompt
{
    const string AnswerMark = "answer :";

    ChoicePrompt(Topic asked, string first, string second, string right)
        : base(PocketFamily.Choice, $"which one is {Article(asked)} {asked.Name} ? a {first} b {second}", $"{AnswerMark} {right}")
    {
    }

    public static IEnumerable<PocketPrompt> All() =>
        from asked in Topics.All
        from other in Topics.All
        where other != asked
        from member in asked.Members
        from distractor in other.Members
        from prompt in (ChoicePrompt[])[new(asked, member, distractor, "a"), new(asked, distractor, member, "b")]
        select prompt;

    internal override double TaskScore(Words completion) =>
        completion.Contains(Reference) && completion.Occurrences(AnswerMark) == 1 ? 1 : 0;

    private protected override string DrawGuess(PhiloxStream draws) => $"{AnswerMark} {(draws.Chance(.5) ? "a" : "b")}";

    static string Article(Topic topic) => topic.Name == "animal" ? "an" : "a";
}
