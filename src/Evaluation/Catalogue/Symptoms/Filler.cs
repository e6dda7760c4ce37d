using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>Words that an answer would be as good without: announcements, signposts, intensifiers and courtesy.</summary>
static class Filler
{
    static readonly PhraseTable s_phrases = new(
    [
        // Announcing that something is said instead of saying it.
        "it's [also] important/worth/crucial/essential/useful/helpful/vital to note/remember/mention/understand/recognize/consider [that]",
        "it's [also] important/crucial/essential/vital to keep in mind [that]", "it's [also] worth noting/mentioning/remembering [that]",
        "it should be noted that", "please note that", "keep/bear in mind that", "needless to say", "it goes without saying [that]",
        "as mentioned/stated/noted/discussed [earlier/above/before/previously]", "as you may/might know", "as we all know",
        "when it comes to", "in today's [fast-paced/modern] world", "let's dive in/into", "let's take a look", "let's break it/this down",
        "here are some/a/the", "here's a/an/the/some", "i'd like to",
        // Signposts, and long forms of short words.
        "in order to", "due to the fact that", "in the event that", "for the purpose of", "with regard/regards/respect to",
        "at this point in time", "at the end of the day", "all things considered", "in conclusion", "to summarize", "to sum up",
        "in summary", "in other words", "that being said", "having said that", "with that said", "on the other hand", "^overall",
        "^ultimately", "^additionally", "^furthermore", "^moreover", "a wide/broad range/variety/array of", "as well as",
        "plays/play a crucial/vital/key/important role", "the fact that",
        // Intensifiers.
        "very", "really", "quite", "actually", "basically", "essentially", "literally", "simply", "truly", "absolutely", "definitely",
        "certainly", "obviously", "of course", "incredibly", "extremely",
        // Courtesy.
        "^sure", "i'm [more] [than] happy/glad to help [you]", "^happy/glad to help", "i'd be happy/glad/delighted to",
        "great/good/excellent question", "[i] hope this/that/it helps", "good luck",
        "[please] [feel] [free] [to] let me know if you need/want/have [any] [more/other/further] [help/questions/information/assistance]",
        "let me know if you'd like [me] [to]", "let me know if there's anything else",
        "[please] don't hesitate to ask/reach/contact [out/me]",
        "[please] feel free to ask/reach/contact [out/me]", "if you have any [other/more/further/additional] questions",
        "is there anything else", "thank you [for] [asking/reaching/your] [out/question]",
    ]);

    /// <summary>Share of a text's words that are filler; null where it has no words.</summary>
    public static (double? Share, string? First) In(CutText text)
    {
        if (text.Words.Count == 0) return (null, null);
        var words = 0;
        string? first = null;
        foreach (var match in s_phrases.In(text))
        {
            words += match.EndWord - match.FirstWord;
            first ??= text.Quote(match);
        }
        return (words / (double)text.Words.Count, first);
    }
}
