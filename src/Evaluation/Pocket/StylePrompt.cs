using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Evaluation.Pocket;

/// <summary>
/// A colour, asked for "in one word" or "politely". Gold: the right colour in the right style 1;
/// in more than one word .3; without "please" or "thank" .5; a wrong colour 0.
/// </summary>
sealed class StylePrompt : PocketPrompt
{
    readonly string _color;
    readonly bool _inOneWord;

    StylePrompt(string text, string color, bool inOneWord)
        : base(PocketFamily.Style, text, inOneWord ? color : $"please note it is {color} . thank you .")
    {
        _color = color;
        _inOneWord = inOneWord;
    }

    public static IEnumerable<PocketPrompt> All() =>
        from lead in Phrases.LeadIns
        from inOneWord in (bool[])[true, false]
        from thing in Topics.ColoredThings
        from question in (string[])[
            $"what is the color of {thing.Thing} ?", $"which color is {thing.Thing} ?",
            $"name the color of {thing.Thing} .", $"give me the color of {thing.Thing} ."]
        select new StylePrompt($"{lead}{(inOneWord ? "in one word ," : "politely ,")} {question}", thing.Color, inOneWord);

    internal override double TaskScore(Words completion)
    {
        if (!completion.Contains(_color)) return 0;
        if (_inOneWord) return completion.Count == 1 ? 1 : .3;
        return completion.Contains("please") || completion.Contains("thank") ? 1 : .5;
    }

    private protected override string DrawGuess(PhiloxStream draws) => draws.Pick(Topics.Color.Members);
}
