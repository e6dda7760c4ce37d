using System.Collections.Frozen;
using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>Verbs by which a prompt asks for something, where they ask and do not tell what others do.</summary>
static class AskingVerb
{
    static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>>
        s_verbs = Set("list give name write provide suggest tell describe share show generate create mention identify recommend need want "
            + "find pick choose state enumerate outline propose compose produce make offer explain say send brainstorm summarize compare "
            + "discuss"),
        s_before = Set("please and then now just also me let's");

    public static bool IsIn(CutText prompt, Sentence sentence)
    {
        for (var word = sentence.FirstWord; word < sentence.EndWord; word++)
            if (Stands(prompt, sentence, word)) return true;
        return false;
    }

    /// <summary>Whether a word is such a verb: at the beginning of a clause, or behind "please", "could you", "I".</summary>
    public static bool Stands(CutText prompt, Sentence sentence, int word)
    {
        if (!s_verbs.Contains(prompt.Word(word))) return false;
        if (word == sentence.FirstWord) return true;
        var before = prompt.Word(word - 1);
        var earlier = word - 2 < sentence.FirstWord ? default : prompt.Word(word - 2);
        if (prompt.Word(word) is "need" or "want") return before is "i" or "we";
        if (before is "you") return earlier is "can" or "could" or "would" or "will";
        if (before is "to") return earlier is "you" or "like";
        var between = new Stretch(prompt.Words[word - 1].End, prompt.Words[word].Start).Of(prompt.Source);
        return s_before.Contains(before) || between.ContainsAny(",:;");
    }

    static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Set(string words) =>
        words.Split(' ').ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
