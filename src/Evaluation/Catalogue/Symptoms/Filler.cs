using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>Words that an answer would be as good without: announcements, signposts, intensifiers and courtesy.</summary>
static class Filler
{
    static readonly PhraseTable s_phrases = new(
    [
        // Announcing that something is said instead of saying it.
        "it's/is [also] important/worth/crucial/essential/vital/useful/helpful to note/remember/mention/understand/recognize/consider/keep [that/in] [mind] [that]",
        "it's/is [also] worth noting/mentioning/remembering/considering [that]", "it should be noted that", "please note that",
        "keep/bear in mind that", "as mentioned/stated/noted/discussed [earlier/above/before/previously]", "as you may/might know",
        "as we all know", "needless to say", "it goes without saying [that]", "when it comes to", "in today's [fast-paced/modern] world",
        "let's dive in/into", "let's take a look", "let's break it/this down", "here is/are a/an/the/some", "here's a/an/the/some",
        "i would like to", "i'd like to",
        // Signposts and long forms of short words.
        "in order to", "due to the fact that", "in the event that", "for the purpose of", "with regard/regards/respect to",
        "at this point in time", "at the end of the day", "all things considered", "in conclusion", "to summarize", "to sum up", "in summary",
        "in other words", "that being said", "having said that", "with that said", "on the other hand", "^overall", "^ultimately",
        "^additionally", "^furthermore", "^moreover", "a wide/broad range/variety/array of", "plays/play a crucial/vital/key/important role",
        "as well as", "the fact that", "a/the number of",
        // Intensifiers.
        "very", "really", "quite", "actually", "basically", "essentially", "literally", "simply", "truly", "absolutely", "definitely",
        "certainly", "obviously", "of course", "incredibly", "extremely",
        // Courtesy.
        "^sure", "^certainly", "^absolutely", "^of course", "[i'm/am] [happy/glad] to help", "i'd/would be happy/glad/delighted to",
        "great/good/excellent question", "i hope this/that/it helps", "hope this/that/it helps",
        "[please] [feel] [free] let me know if you need/have/would/want [any/more/anything/like/further/to] [more/help/other/else/questions/information/assistance] [questions]",
        "[please] [don't] hesitate to ask/reach/contact [out]", "feel free to ask/reach/let [out/me] [know/if] [to] [me]",
        "if you have any [other/more/further/additional] questions", "is there anything else", "thank you for asking/reaching/your [out/question]",
        "thank you", "good luck", "happy to help",
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
            first ??= text.Quote(match.FirstWord, match.EndWord);
        }
        return (words / (double)text.Words.Count, first);
    }
}
