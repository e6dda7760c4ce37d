using System.Collections.Frozen;
using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>What a prompt asks for a number of.</summary>
enum AskedUnit
{
    Items,
    Sentences,
    Paragraphs,
    Lines,
}

/// <summary>A number of things that a prompt asks for.</summary>
/// <param name="Count">How many, at least two.</param>
/// <param name="Unit">Of what.</param>
/// <remarks>
/// A number counts where a verb asks for it ("list ten", "can you give me the top 5", but not "they make ten"), or where something that
/// can be listed follows it at the beginning of a sentence ("three reasons to walk") or in one that asks ("explain it with three
/// examples"). Of "three to five" the three count, "up to five" and "at most five" ask for none, and of several numbers the largest
/// counts.
/// </remarks>
sealed record AskedItems(int Count, AskedUnit Unit)
{
    const int Fewest = 2, Most = 200; // one is always given, and above there are years and amounts
    const int NounWithin = 4;         // words behind the number: "five good short new titles"
    const int MostFillers = 8;

    static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>>
        // Between verb and number. "about" is none: "write about two brothers".
        s_fillers = Set("me us the top best most at least exactly a an list table of with please my your some up are were only just"),
        s_limits = Set("most maximum max under below within"),
        s_before = Set("in with and or using of exactly least top a an plus including"),
        s_things = Set("reasons ways tips examples steps ideas facts things items points benefits advantages disadvantages pros cons "
            + "questions options suggestions strategies methods techniques features differences similarities bullets titles headlines "
            + "jokes quotes synonyms antonyms arguments causes effects types kinds names recipes exercises activities characteristics "
            + "principles rules lessons mistakes challenges solutions tools topics stories poems haikus books movies films songs places "
            + "countries cities animals fruits foods words"),
        s_sentences = Set("sentence sentences"),
        s_paragraphs = Set("paragraph paragraphs stanza stanzas"),
        s_lines = Set("line lines verse verses"),
        // What is measured rather than listed.
        s_measures = Set("word words token tokens character characters letter letters minute minutes hour hours second seconds day days "
            + "week weeks month months year years dollars euros percent degrees cups cup grams kg km miles meters times people am pm "
            + "player players million thousand hundred st nd rd th or and");

    /// <summary>The largest number that a prompt asks for; null where it asks for none.</summary>
    public static AskedItems? In(CutText prompt)
    {
        AskedItems? largest = null;
        foreach (var sentence in prompt.Sentences)
            for (var word = sentence.FirstWord; word < sentence.EndWord; word++)
                if (At(prompt, sentence, word) is { } asked && asked.Count > (largest?.Count ?? 0)) largest = asked;
        return largest;
    }

    static AskedItems? At(CutText prompt, Sentence sentence, int word)
    {
        if (Numerals.Read(prompt.Word(word)) is not { } count || count is < Fewest or > Most) return null;
        if (IsLimit(prompt, sentence, word) || IsAmount(prompt, word)) return null;
        var (unit, isThing) = UnitAfter(prompt, sentence, EndOfRange(prompt, sentence, word));
        if (unit is null) return null;
        var isRequest = word == sentence.FirstWord || (s_before.Contains(prompt.Word(word - 1)) && AskingVerb.IsIn(prompt, sentence));
        return IsAskedFor(prompt, sentence, word) || (isThing && isRequest) ? new AskedItems(count, unit.Value) : null;
    }

    /// <summary>"Up to 5", "at most 5", "fewer than 5", and the 5 of "3 to 5".</summary>
    static bool IsLimit(CutText prompt, Sentence sentence, int word)
    {
        if (word == sentence.FirstWord) return false;
        var before = prompt.Word(word - 1);
        if (s_limits.Contains(before) || before is "no" || Numerals.Read(before) is >= Fewest) return true;
        if (word - 1 == sentence.FirstWord) return false;
        var earlier = prompt.Word(word - 2);
        return before switch
        {
            "to" or "or" or "and" => earlier is "up" || Numerals.Read(earlier) is >= Fewest,
            "than" => earlier is "less" or "fewer" || (earlier is "more" && word - 2 > sentence.FirstWord && prompt.Word(word - 3) is "no"),
            _ => false,
        };
    }

    static bool IsAmount(CutText prompt, int word)
    {
        var (start, end) = prompt.Words[word];
        return (start > 0 && prompt.Source[start - 1] is '$' or '€' or '£') || (end < prompt.Source.Length && prompt.Source[end] is '%');
    }

    /// <summary>The word behind a number, or behind "3 to 5", "3-5", "a dozen of".</summary>
    static int EndOfRange(CutText prompt, Sentence sentence, int word)
    {
        var next = word + 1;
        if (next + 1 < sentence.EndWord && prompt.Word(next) is "to" or "or" && Numerals.Read(prompt.Word(next + 1)) is not null) next += 2;
        else if (next < sentence.EndWord && Numerals.Read(prompt.Word(next)) is not null) next++;
        return next < sentence.EndWord && prompt.Word(next) is "of" ? next + 1 : next;
    }

    /// <summary>What follows the number, and whether it is something that is listed; no unit where it is a measure.</summary>
    static (AskedUnit? Unit, bool IsThing) UnitAfter(CutText prompt, Sentence sentence, int next)
    {
        for (var word = next; word < sentence.EndWord && word < next + NounWithin; word++)
        {
            var noun = prompt.Word(word);
            if (s_sentences.Contains(noun)) return (AskedUnit.Sentences, true);
            if (s_paragraphs.Contains(noun)) return (AskedUnit.Paragraphs, true);
            if (s_lines.Contains(noun)) return (AskedUnit.Lines, true);
            if (word == next && s_measures.Contains(noun)) return (null, false);
            if (s_things.Contains(noun)) return (AskedUnit.Items, true);
        }
        return (AskedUnit.Items, false);
    }

    /// <summary>Whether a verb that asks stands before the number, with nothing but fillers between: "give me the top 5".</summary>
    static bool IsAskedFor(CutText prompt, Sentence sentence, int word)
    {
        for (var before = word - 1; before >= sentence.FirstWord && before >= word - MostFillers; before--)
        {
            var here = prompt.Word(before);
            if (AskingVerb.Stands(prompt, sentence, before)) return true;
            if (here is "are" or "were" && before > sentence.FirstWord && prompt.Word(before - 1) is "what" or "which") return true;
            if (!s_fillers.Contains(here)) return false;
        }
        return word > sentence.FirstWord && prompt.Word(word - 1) is "top";
    }

    static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Set(string words) =>
        words.Split(' ').ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
