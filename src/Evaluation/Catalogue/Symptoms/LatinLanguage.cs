using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>The language of a text in Latin letters, decided by its commonest words.</summary>
static class LatinLanguage
{
    const int FewestHits = 3;

    // Words that are common in one of the languages and rare in most others. Not those that are English too: "was", "per", "come", "do".
    static readonly (string Language, string Words)[] s_common =
    [
        ("English", "the and is of that it are was with this have for you not what how can which they be do does who why my your i"),
        ("French", "les des est et une dans que qui pas vous nous avec sont au aux du cette être quelle quel je il ce son plus"),
        ("German", "der und ist das nicht ein eine mit auf für sich dem von zu auch wie sind ich sie wird oder wir"),
        ("Spanish", "el los las y es una por para del como más pero qué cuál cómo su está muy yo ser lo"),
        ("Italian", "il di che è un gli della sono nel alla anche più perché questo cosa ho dei delle una"),
        ("Portuguese", "os e um uma não com para da dos das em mais você qual ao é são ou isso muito"),
        ("Dutch", "het een en van dat niet te zijn voor er aan ook wat hoe deze wordt naar bij ik je"),
    ];

    static readonly Dictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> s_languagesOf = s_common
        .SelectMany((entry, language) => entry.Words.Split(' ').Select(word => (Word: word, Language: language)))
        .GroupBy(entry => entry.Word, entry => entry.Language, StringComparer.Ordinal)
        .ToDictionary(words => words.Key, words => words.ToArray(), StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The language with at least three common words and more than twice those of any other; null where there is none.</summary>
    public static string? Of(CutText text)
    {
        var hits = new int[s_common.Length];
        foreach (var sentence in text.Sentences)
            for (var word = sentence.FirstWord; word < sentence.EndWord; word++)
                if (s_languagesOf.TryGetValue(text.Word(word), out var languages))
                    foreach (var language in languages) hits[language]++;
        var most = hits.Max();
        var best = Array.IndexOf(hits, most);
        var second = hits.Where((_, language) => language != best).Max();
        return most >= FewestHits && most > 2 * second ? s_common[best].Language : null;
    }
}
