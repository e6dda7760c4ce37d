namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>Numbers for words, so that patterns and n-grams are compared without strings. 0 is every word that has no number.</summary>
/// <param name="grows">True while patterns, weights or texts of a training are read: a new word gets the next number.</param>
/// <remarks>Thread-safe once it no longer grows.</remarks>
sealed class RefusalWords(bool grows)
{
    /// <summary>Longest word that is told from others, in characters; what is longer is no word of a language.</summary>
    public const int LongestWord = 40;

    readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    readonly List<string> _words = ["?"];

    /// <summary>The word with a number above 0.</summary>
    public string this[int number] => _words[number];

    /// <summary>Whether words without a number get one.</summary>
    public bool Grows { get; set; } = grows;

    /// <summary>The word's number, from 1; 0 where it has none and gets none.</summary>
    public int NumberOf(ReadOnlySpan<char> word)
    {
        var numbers = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        if (numbers.TryGetValue(word, out var number)) return number;
        if (!Grows || word.Length > LongestWord) return 0;
        numbers[word] = _words.Count;
        _words.Add(word.ToString());
        return _words.Count - 1;
    }
}
