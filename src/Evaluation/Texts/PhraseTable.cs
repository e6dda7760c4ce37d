namespace ActorRlhf.Evaluation.Texts;

/// <summary>A phrase found in a text.</summary>
/// <param name="Sentence">Index of its sentence.</param>
/// <param name="FirstWord">Index of its first word.</param>
/// <param name="EndWord">Index behind its last word.</param>
readonly record struct PhraseMatch(int Sentence, int FirstWord, int EndWord);

/// <summary>Phrases that are looked for word by word, whatever their case, apostrophes and the signs between their words.</summary>
/// <remarks>
/// How phrases are written: <c>great/good question</c> has alternatives, <c>you are [so/very] right</c> a word that may be missing,
/// <c>a * idea</c> any one word (but not the first), and <c>^thanks</c> stands at the beginning of a sentence only. A contraction of
/// <see cref="Contractions"/> is found in its long form too. Of phrases that begin at one word the longest counts, and matches do not
/// overlap. Thread-safe.
/// </remarks>
sealed class PhraseTable
{
    const string AnyWord = "*";

    /// <summary>A place in a phrase: what may stand there, as words; any word where there is nothing.</summary>
    readonly record struct Place(string[][] Alternatives, bool MayMiss);

    sealed record Phrase(Place[] Places, bool IsAtBeginning, bool IsException);

    readonly Dictionary<string, List<Phrase>> _byFirstWord = new(StringComparer.Ordinal);

    /// <param name="phrases">What is looked for.</param>
    /// <param name="exceptions">Phrases that do not count, and whose words are not looked at again.</param>
    public PhraseTable(IReadOnlyList<string> phrases, IReadOnlyList<string>? exceptions = null)
    {
        foreach (var phrase in phrases) Add(phrase, isException: false);
        foreach (var phrase in exceptions ?? []) Add(phrase, isException: true);
    }

    /// <summary>All matches in the sentences of a text, in order.</summary>
    public IEnumerable<PhraseMatch> In(CutText text)
    {
        for (var index = 0; index < text.Sentences.Count; index++)
        {
            var sentence = text.Sentences[index];
            for (var word = sentence.FirstWord; word < sentence.EndWord;)
            {
                var (end, counts) = Longest(text, word, sentence.EndWord, word == sentence.FirstWord);
                if (counts) yield return new PhraseMatch(index, word, end);
                word = Math.Max(end, word + 1);
            }
        }
    }

    /// <summary>The first match in the sentences of a text; null where there is none.</summary>
    public PhraseMatch? First(CutText text)
    {
        foreach (var match in In(text)) return match;
        return null;
    }

    /// <summary>How many matches the sentences of a text have, and the first as it stands there.</summary>
    public (int Count, string? First) Count(CutText text)
    {
        var (count, first) = (0, (string?)null);
        foreach (var match in In(text))
        {
            first ??= text.Quote(match);
            count++;
        }
        return (count, first);
    }

    /// <summary>Whether a phrase stands within words, wherever sentences begin.</summary>
    public bool IsWithin(CutText text, int firstWord, int endWord)
    {
        for (var word = firstWord; word < endWord; word++)
            if (Longest(text, word, endWord, isBeginning: false).Counts) return true;
        return false;
    }

    /// <summary>The end of the longest phrase at a word, −1 where there is none, and whether it is no exception.</summary>
    (int End, bool Counts) Longest(CutText text, int word, int endWord, bool isBeginning)
    {
        var best = (End: -1, Counts: false);
        if (!_byFirstWord.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text.Word(word), out var phrases)) return best;
        foreach (var phrase in phrases)
        {
            if (phrase.IsAtBeginning && !isBeginning) continue;
            var end = End(phrase.Places, text, word, endWord);
            if (end > best.End || (end == best.End && phrase.IsException)) best = (end, end > 0 && !phrase.IsException);
        }
        return best;
    }

    /// <summary>Where the longest reading of the places ends that begins at a word; −1 where there is none.</summary>
    static int End(ReadOnlySpan<Place> places, CutText text, int word, int endWord)
    {
        if (places.IsEmpty) return word;
        var (here, longest) = (places[0], -1);
        foreach (var alternative in here.Alternatives)
            if (Stands(alternative, text, word, endWord))
                longest = Math.Max(longest, End(places[1..], text, word + alternative.Length, endWord));
        if (here.Alternatives.Length == 0 && word < endWord) longest = End(places[1..], text, word + 1, endWord);
        return here.MayMiss ? Math.Max(longest, End(places[1..], text, word, endWord)) : longest;
    }

    static bool Stands(string[] words, CutText text, int word, int endWord)
    {
        if (word + words.Length > endWord) return false;
        for (var i = 0; i < words.Length; i++)
            if (!text.Word(word + i).SequenceEqual(words[i])) return false;
        return true;
    }

    void Add(string written, bool isException)
    {
        var isAtBeginning = written.StartsWith('^');
        Place[] places = [.. written[(isAtBeginning ? 1 : 0)..].Split(' ').Select(PlaceOf)];
        var phrase = new Phrase(places, isAtBeginning, isException);
        var mayBeFirst = places.TakeWhile(place => place.MayMiss).Count() + 1;
        foreach (var word in places.Take(mayBeFirst).SelectMany(place => place.Alternatives).Select(words => words[0]).Distinct())
        {
            if (!_byFirstWord.TryGetValue(word, out var phrases)) _byFirstWord[word] = phrases = [];
            phrases.Add(phrase);
        }
    }

    static Place PlaceOf(string part) => new(
        part is AnyWord ? [] : [.. part.Trim('[', ']').Split('/').SelectMany(Contractions.Forms).Select(form => form.Split(' '))],
        part.StartsWith('['));
}
